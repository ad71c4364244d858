// Points sorted into the cells of a grid, so that the ones near a place are found at once.
function placeIndex(xy) {
  const count = xy.length / 2;
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let at = 0; at < 2 * count; at += 1) {
    low[at % 2] = Math.min(low[at % 2], xy[at]);
    high[at % 2] = Math.max(high[at % 2], xy[at]);
  }
  if (!count) return { low: [0, 0], high: [0, 0], near: () => [] };
  const side = Math.max(1, Math.ceil(Math.sqrt(count / 4)));
  const width = Math.max(high[0] - low[0], high[1] - low[1], 1e-6) / side;
  const column = (value, axis) =>
    Math.max(0, Math.min(side - 1, Math.floor((value - low[axis]) / width)));
  const cell = (at) => column(xy[2 * at + 1], 1) * side + column(xy[2 * at], 0);
  const starts = new Uint32Array(side * side + 1);
  for (let at = 0; at < count; at += 1) starts[cell(at) + 1] += 1;
  for (let at = 0; at < side * side; at += 1) starts[at + 1] += starts[at];
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) order[next[cell(at)]++] = at;
  const visit = (x0, y0, x1, y1, then) => {
    for (let row = column(y0, 1); row <= column(y1, 1); row += 1) {
      const first = row * side;
      const end = starts[first + column(x1, 0) + 1];
      for (let at = starts[first + column(x0, 0)]; at < end; at += 1) then(order[at]);
    }
  };
  // Points within a distance, the nearest first.
  const near = (x, y, distance, most = Infinity) => {
    const found = [];
    visit(x - distance, y - distance, x + distance, y + distance, (at) => {
      const away = (xy[2 * at] - x) ** 2 + (xy[2 * at + 1] - y) ** 2;
      if (away <= distance * distance) found.push([away, at]);
    });
    found.sort((one, other) => one[0] - other[0]);
    return found.slice(0, most).map((pair) => pair[1]);
  };
  return { low, high, visit, near };
}

// Points inside a closed line, by the even-odd rule.
function pointsWithin(xy, index, line) {
  const xs = line.map((corner) => corner[0]);
  const ys = line.map((corner) => corner[1]);
  const [x0, y0] = [Math.min(...xs), Math.min(...ys)];
  const [x1, y1] = [Math.max(...xs), Math.max(...ys)];
  const found = [];
  index.visit(x0, y0, x1, y1, (at) => {
    const x = xy[2 * at];
    const y = xy[2 * at + 1];
    if (x < x0 || x > x1 || y < y0 || y > y1) return;
    let inside = false;
    for (let one = 0, other = line.length - 1; one < line.length; other = one, one += 1) {
      const above = ys[one] > y;
      if (above === ys[other] > y) continue;
      const crossing = xs[one] + ((y - ys[one]) / (ys[other] - ys[one])) * (xs[other] - xs[one]);
      if (x < crossing) inside = !inside;
    }
    if (inside) found.push(at);
  });
  return found;
}

// The nearest point that lies up, down, left or right of another one, on the screen.
function nextTowards(xy, index, from, direction, reach) {
  const [right, up] = direction;
  const [x, y] = [xy[2 * from], xy[2 * from + 1]];
  for (let distance = reach; distance < reach * 4096; distance *= 2) {
    const found = index.near(x, y, distance).find((at) => {
      const along = (xy[2 * at] - x) * right + (xy[2 * at + 1] - y) * up;
      const across = Math.abs((xy[2 * at] - x) * up) + Math.abs((xy[2 * at + 1] - y) * right);
      return at !== from && along > 0 && along >= across;
    });
    if (found !== undefined) return found;
  }
  return from;
}
