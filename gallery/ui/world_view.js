// What part of the world is seen, and the clusters of photos at that zoom.
const DEEPEST_ZOOM = 256 * 2 ** 18;
// Room for buttons and for the circles at the edge.
const ROOM_ACROSS = 90;
const ROOM_DOWN = 130;
// How far to zoom in on photos of a single spot: not so far that nothing is to be seen around it.
const AROUND = 256 * 2 ** 11;

class WorldView {
  // Args: a part of the map in degrees; everything without it.
  fit(box) {
    if (!this.width || !this.towns.length) return;
    let span, tall;
    if (box) {
      span = [mercatorX(box.west), mercatorX(box.east)];
      if (span[1] < span[0]) span[1] += 1;
      tall = [mercatorY(box.north), mercatorY(box.south)];
    } else {
      const ys = this.xy.filter((_, at) => at % 2);
      span = narrowestSpan(this.xy.filter((_, at) => at % 2 === 0));
      tall = [ys.reduce((a, b) => Math.min(a, b), 1), ys.reduce((a, b) => Math.max(a, b), 0)];
    }
    this.show(span, tall, AROUND);
  }

  show([west, east], [north, south], most) {
    const zooms = [
      (this.width - ROOM_ACROSS) / Math.max(east - west, 1e-9),
      (this.height - ROOM_DOWN) / Math.max(south - north, 1e-9),
    ];
    this.view = { x: (west + east) / 2, y: (north + south) / 2, zoom: Math.min(most, ...zooms) };
    this.moved();
  }

  pan(right, down) {
    if (!this.view) return;
    this.view.x -= right / this.view.zoom;
    this.view.y -= down / this.view.zoom;
    this.moved();
  }

  zoomAt([left, top], factor) {
    if (!this.view) return;
    const { view } = this;
    const [right, down] = [left - this.width / 2, top - this.height / 2];
    const [x, y] = [view.x + right / view.zoom, view.y + down / view.zoom];
    view.zoom = Math.min(DEEPEST_ZOOM, Math.max(this.least(), view.zoom * factor));
    view.x = x - right / view.zoom;
    view.y = y - down / view.zoom;
    this.moved();
  }

  least() {
    return Math.min(this.width, this.height * 1.6);
  }

  // Keeps the world in sight, and finds the clusters of the zoom.
  moved() {
    const { view } = this;
    view.zoom = Math.max(this.least(), view.zoom);
    view.x -= Math.floor(view.x);
    const half = this.height / 2 / view.zoom;
    view.y = half >= 0.5 ? 0.5 : Math.max(half, Math.min(1 - half, view.y));
    Object.assign(view, {
      width: this.width,
      height: this.height,
      wide: this.width / view.zoom,
      tall: this.height / view.zoom,
    });
    const level = Math.max(0, Math.floor(Math.log2(view.zoom / 256)));
    if (!this.levels.has(level)) this.levels.set(level, clustersAt(this.xy, this.towns, level));
    if (this.clusters !== this.levels.get(level)) {
      this.clusters = this.levels.get(level);
      this.hover(-1);
    }
    this.redraw();
  }

  // The world goes on east of its east: a place is where it is nearest to the middle.
  pixelOf({ x, y }) {
    const { view } = this;
    const away = x - view.x - Math.round(x - view.x);
    return [away * view.zoom + this.width / 2, (y - view.y) * view.zoom + this.height / 2];
  }
}
