// Pictures of the map from a server, only where its owner named one.
const TILE_PIXELS = 256;
const MOST_TILES = 300;
const DEEPEST = 19;

class Tiles {
  constructor(address, redraw) {
    this.address = address;
    this.redraw = redraw;
    this.known = new Map();
  }

  draw(canvas, view) {
    const density = Math.min(2, devicePixelRatio || 1);
    const wanted = Math.round(Math.log2((view.zoom / TILE_PIXELS) * Math.sqrt(density)));
    const level = Math.max(0, Math.min(DEEPEST, wanted));
    const many = 2 ** level;
    const side = view.zoom / many;
    const [west, north] = [view.x - view.wide / 2, view.y - view.tall / 2];
    for (let row = Math.max(0, Math.floor(north * many)); row < many; row += 1) {
      const top = (row / many - north) * view.zoom;
      if (top > view.height) break;
      for (let column = Math.floor(west * many); ; column += 1) {
        const left = (column / many - west) * view.zoom;
        if (left > view.width) break;
        const image = this.image(level, ((column % many) + many) % many, row);
        if (image.complete && image.naturalWidth) canvas.drawImage(image, left, top, side, side);
      }
    }
  }

  image(level, column, row) {
    const url = this.address.replace("{z}", level).replace("{x}", column).replace("{y}", row);
    let image = this.known.get(url);
    if (image) return image;
    if (this.known.size >= MOST_TILES) this.known.delete(this.known.keys().next().value);
    image = new Image();
    image.onload = this.redraw;
    image.src = url;
    this.known.set(url, image);
    return image;
  }
}
