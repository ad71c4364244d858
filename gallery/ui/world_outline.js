// The world as Mercator laid it out, one wide: x from 0 at the date line to 1, y from 0 in the north.
const NORTHMOST = 85.0511;

function mercatorX(longitude) {
  return longitude / 360 + 0.5;
}

function mercatorY(latitude) {
  const bound = Math.max(-NORTHMOST, Math.min(NORTHMOST, latitude));
  const sine = Math.sin((bound * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

function longitudeOf(x) {
  return (x - 0.5) * 360;
}

function latitudeOf(y) {
  return (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;
}

// Args: coasts and borders, as data/make_world_outline.py writes them.
function worldPaths({ step, arcs, land, borders }) {
  const lines = arcs.map((arc) => {
    const line = [];
    let [east, north] = [0, 0];
    for (let at = 0; at < arc.length; at += 2) {
      east += arc[at];
      north += arc[at + 1];
      line.push([mercatorX(east * step), mercatorY(north * step)]);
    }
    return line;
  });
  const shape = (parts) => {
    const path = new Path2D();
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const points of parts) {
      points.forEach(([x, y], at) => {
        if (at) path.lineTo(x, y);
        else path.moveTo(x, y);
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
      });
    }
    return { path, box };
  };
  // An arc that a ring runs through the other way is written as its complement.
  const ring = (ids) => ids.flatMap((id) => (id < 0 ? [...lines[~id]].reverse() : lines[id]));
  return {
    land: land.map((polygon) => shape(polygon.map((ids) => unrolled(ring(ids))))),
    borders: borders.map((id) => shape([unrolled(lines[id])])),
  };
}

// A line across the date line goes on beyond the edge of the map, which is drawn side by side.
function unrolled(line) {
  let turns = 0;
  const points = line.map(([x, y], at) => {
    if (at) turns -= Math.round(x - line[at - 1][0]);
    return [x + turns, y];
  });
  // Around a pole it never comes back to where it began: the pole is below the map.
  if (Math.abs(points[points.length - 1][0] - points[0][0]) > 0.5 && turns) {
    points.push([points[points.length - 1][0], 1], [points[0][0], 1]);
  }
  return points;
}

function drawWorld(canvas, paths, view, ink, left) {
  const [west, east] = [view.x - view.wide / 2 - left, view.x + view.wide / 2 - left];
  const [north, south] = [view.y - view.tall / 2, view.y + view.tall / 2];
  const seen = ({ box }) => box[2] >= west && box[0] <= east && box[3] >= north && box[1] <= south;
  canvas.save();
  canvas.scale(view.zoom, view.zoom);
  canvas.translate(view.wide / 2 - view.x + left, view.tall / 2 - view.y);
  canvas.lineWidth = 0.8 / view.zoom;
  canvas.fillStyle = canvas.strokeStyle = ink;
  canvas.globalAlpha = 0.1;
  paths.land.filter(seen).forEach(({ path }) => canvas.fill(path, "evenodd"));
  canvas.globalAlpha = 0.4;
  paths.land.filter(seen).forEach(({ path }) => canvas.stroke(path));
  canvas.globalAlpha = 0.22;
  paths.borders.filter(seen).forEach(({ path }) => canvas.stroke(path));
  canvas.restore();
}
