// Photos at a zoom in the cells of a grid that is fixed to the earth: moving the map changes none
// of them, and each is a rectangle of the map, which the app can look for.
const CELL_PIXELS = 64;
// In place of the number of a town.
const SEVERAL = -1;

// Args: xy of the photos on the map of the world, the town of each, and the level, a power of two.
function clustersAt(xy, towns, level) {
  const cell = CELL_PIXELS / (256 * 2 ** level);
  const rows = Math.ceil(1 / cell);
  const found = new Map();
  const cells = new Array(towns.length);
  for (let at = 0; at < towns.length; at += 1) {
    const [x, y] = [xy[2 * at], xy[2 * at + 1]];
    const key = Math.floor(x / cell) * rows + Math.floor(y / cell);
    let one = found.get(key);
    if (!one) {
      one = { count: 0, x: 0, y: 0, low: [x, y], high: [x, y], town: 0, votes: 0, first: at };
      one.ofTown = 0;
      found.set(key, one);
    }
    cells[at] = one;
    one.count += 1;
    one.x += x;
    one.y += y;
    if (x < one.low[0]) one.low[0] = x;
    if (y < one.low[1]) one.low[1] = y;
    if (x > one.high[0]) one.high[0] = x;
    if (y > one.high[1]) one.high[1] = y;
    // The only town that more than half of the photos can be in (Boyer and Moore's vote).
    if (!one.votes) one.town = towns[at];
    one.votes += one.town === towns[at] ? 1 : -1;
  }
  cells.forEach((one, at) => (one.ofTown += one.town === towns[at] ? 1 : 0));
  const clusters = [...found.values()];
  for (const one of clusters) {
    if (2 * one.ofTown <= one.count) one.town = SEVERAL;
    one.x /= one.count;
    one.y /= one.count;
    one.radius = Math.min(30, 10 + 2.4 * Math.log2(one.count));
  }
  // The largest first: their names have the right of way.
  return clusters.sort((one, other) => other.count - one.count || one.first - other.first);
}

// West to east with the widest gap left out, so that both sides of the date line are one place.
function narrowestSpan(xs) {
  const sorted = [...xs].sort((one, other) => one - other);
  let [west, gap] = [sorted[0], 1 - sorted[sorted.length - 1] + sorted[0]];
  sorted.forEach((x, at) => {
    if (at && x - sorted[at - 1] > gap) [west, gap] = [x, x - sorted[at - 1]];
  });
  return [west, west + 1 - gap];
}
