// Where photos were taken. Clusters are found here, at every zoom anew; the photos of one are asked
// for as a rectangle of the map. Positions come as a file, the outline of the world as another.
const KEYS =
  "Arrow keys go from place to place, Enter opens one, plus and minus zoom, 0 shows all, " +
  "Escape lets go.";
// Fewer photos are shown at once; more are taken apart by zooming in.
const FEW = 12;
// Above it the outline, which is right to some kilometres, would only mislead.
const OUTLINE_ZOOM = 256 * 2 ** 13;
// Of single precision, in which positions come.
const ROUNDING = 2e-5;
const MOVE_SHARE = 0.25;

class PhotoMap extends WorldView {
  constructor(root) {
    super();
    this.root = root;
    this.tool = "move";
    this.count = 0;
    this.hovered = -1;
    this.clusters = [];
    this.levels = new Map();
    this.towns = new Uint16Array();
    this.xy = new Float64Array();
    this.build();
    listenToPointers(this);
    listenToMapKeys(this);
    new ResizeObserver(() => this.resize()).observe(this.stage);
  }

  build() {
    this.stage = element("div", "stage");
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "application");
    this.canvas = element("canvas");
    this.card = element("div", "card");
    this.card.setAttribute("role", "status");
    this.card.hidden = true;
    const tools = element("div", "tools");
    const button = (text, title, then) => {
      const made = element("button", "tool", text);
      made.type = "button";
      made.title = title;
      made.setAttribute("aria-label", title);
      made.onclick = then;
      tools.append(made);
      return made;
    };
    const zoom = (factor) => () => this.zoomAt([this.width / 2, this.height / 2], factor);
    this.here = button("", "Show the photos of this part of the map", () => this.openView());
    tools.append(element("span", "gap"));
    button("+", "Zoom in", zoom(2));
    button("−", "Zoom out", zoom(0.5));
    button("All", "Show all photos", () => this.fit());
    this.credit = element("div", "credit");
    this.stage.append(this.canvas, tools, this.card, this.credit);
    this.root.replaceChildren(this.stage);
  }

  async update(data, send) {
    this.send = send;
    this.base = data.base;
    this.names = data.towns;
    this.wanted = data;
    this.stage.setAttribute("aria-label", `${data.title} ${KEYS}`);
    this.credit.textContent = data.credit;
    if (data.tiles !== this.tiles?.address) {
      this.tiles = data.tiles ? new Tiles(data.tiles, () => this.redraw()) : null;
    }
    this.outline ??= this.fetched(data.world)
      .then((answer) => answer.json())
      .then((world) => {
        this.paths = worldPaths(world);
        this.redraw();
      })
      .catch(() => (this.outline = null));
    if (data.points === this.shown) return;
    const bytes = await this.fetched(data.points)
      .then((answer) => answer.arrayBuffer())
      .catch(() => null);
    if (!bytes || this.wanted !== data) return;
    this.shown = data.points;
    this.take(bytes);
  }

  async fetched(url) {
    const answer = await fetch(mediaAddress(url, this.base));
    if (!answer.ok) throw new Error(url);
    return answer;
  }

  take(bytes) {
    const count = bytes.byteLength / 10;
    const degrees = new Float32Array(bytes, 0, 2 * count);
    this.towns = new Uint16Array(bytes, 8 * count, count);
    this.xy = new Float64Array(2 * count);
    for (let at = 0; at < count; at += 1) {
      this.xy[2 * at] = mercatorX(degrees[2 * at]);
      this.xy[2 * at + 1] = mercatorY(degrees[2 * at + 1]);
    }
    this.levels.clear();
    this.fit(this.wanted.box);
  }

  resize() {
    const before = this.width;
    this.width = this.stage.clientWidth;
    this.height = this.stage.clientHeight;
    this.density = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = Math.round(this.width * this.density);
    this.canvas.height = Math.round(this.height * this.density);
    if (before && this.view) this.redraw();
    else this.fit();
  }

  inView() {
    return this.clusters
      .map((one, at) => ({ one, at, pixel: this.pixelOf(one) }))
      .filter(({ pixel: [x, y] }) => x >= 0 && y >= 0 && x <= this.width && y <= this.height);
  }

  nearest([left, top]) {
    let [found, least] = [-1, Infinity];
    this.clusters.forEach((one, at) => {
      const [x, y] = this.pixelOf(one);
      const away = Math.hypot(x - left, y - top);
      if (away < least && away <= one.radius + 8) [found, least] = [at, away];
    });
    return found;
  }

  pointAt(pixel) {
    this.hover(pixel ? this.nearest(pixel) : -1);
  }

  hover(at) {
    if (at === this.hovered) return;
    this.hovered = at;
    this.count = at >= 0 ? 1 : 0;
    this.stage.classList.toggle("on-place", at >= 0);
    this.card.hidden = at < 0;
    if (at >= 0) {
      const one = this.clusters[at];
      const name = one.town === SEVERAL ? "Several places" : this.names[one.town] || "No town near";
      const town = element("span", "label", name);
      this.card.replaceChildren(town, element("span", "detail", photosCounted(one.count)));
    }
    this.redraw();
  }

  stepTowards([right, up]) {
    if (!this.view) return;
    const from = this.hovered < 0 ? null : this.pixelOf(this.clusters[this.hovered]);
    const middle = from || [this.width / 2, this.height / 2];
    let [found, least] = [-1, Infinity];
    for (const { at, pixel } of this.inView()) {
      const along = (pixel[0] - middle[0]) * right + (middle[1] - pixel[1]) * up;
      const across = Math.abs((pixel[0] - middle[0]) * up) + Math.abs((middle[1] - pixel[1]) * right);
      const far = from ? along + 2 * across : Math.hypot(along, across);
      const fits = from ? at !== this.hovered && along > 0 && along >= across : true;
      if (fits && far < least) [found, least] = [at, far];
    }
    if (found >= 0) this.hover(found);
    else this.pan(-right * this.width * MOVE_SHARE, up * this.height * MOVE_SHARE);
  }

  // What keys and gestures call: a place is opened, and nothing is let go.
  choose(places) {
    if (places.length) this.open(places[0]);
    else this.hover(-1);
  }

  tap(pixel) {
    const at = this.nearest(pixel);
    this.hover(at);
    if (at >= 0) this.open(at);
  }

  drawLine() {}

  chooseWithin() {}

  open(at) {
    const { low, high, count } = this.clusters[at];
    const meters = Math.max(high[0] - low[0], high[1] - low[1]) * 4e7;
    if (count <= FEW || meters < 30 || this.view.zoom >= DEEPEST_ZOOM) {
      this.ask(low[0], low[1], high[0], high[1]);
      return;
    }
    const before = this.view.zoom;
    this.show([low[0], high[0]], [low[1], high[1]], Math.min(DEEPEST_ZOOM, before * 64));
    if (this.view.zoom < before * 2) {
      this.view.zoom = Math.min(DEEPEST_ZOOM, before * 2);
      this.moved();
    }
  }

  openView() {
    const { view } = this;
    const all = view.wide >= 1;
    const wrapped = (x) => x - Math.floor(x);
    const west = all ? 0 : wrapped(view.x - view.wide / 2);
    const east = all ? 1 : wrapped(view.x + view.wide / 2);
    this.ask(west, Math.max(0, view.y - view.tall / 2), east, Math.min(1, view.y + view.tall / 2));
  }

  ask(west, north, east, south) {
    const [top, bottom] = [north <= 0 ? 90 : latitudeOf(north), south >= 1 ? -90 : latitudeOf(south)];
    this.send("area", {
      west: Math.max(-180, longitudeOf(west) - ROUNDING),
      east: Math.min(180, longitudeOf(east) + ROUNDING),
      north: Math.min(90, top + ROUNDING),
      south: Math.max(-90, bottom - ROUNDING),
    });
  }

  redraw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.view && this.width) this.draw();
    });
  }

  draw() {
    const canvas = this.canvas.getContext("2d");
    const style = getComputedStyle(this.root);
    const colour = (name, other) => style.getPropertyValue(name).trim() || other;
    const ink = colour("--st-text-color", "#808080");
    const { view } = this;
    canvas.setTransform(this.density, 0, 0, this.density, 0, 0);
    canvas.clearRect(0, 0, this.width, this.height);
    if (this.paths && view.zoom < OUTLINE_ZOOM) {
      for (const left of [-1, 0, 1]) drawWorld(canvas, this.paths, view, ink, left);
    } else if (view.zoom >= OUTLINE_ZOOM) {
      canvas.globalAlpha = 0.1;
      canvas.fillStyle = ink;
      canvas.fillRect(0, 0, this.width, this.height);
      canvas.globalAlpha = 1;
    }
    this.tiles?.draw(canvas, view);
    drawClusters(canvas, this, {
      ink,
      ground: colour("--st-background-color", "#ffffff"),
      mark: colour("--st-primary-color", "#0b6e63"),
    });
    drawScale(canvas, view, ink);
    const seen = this.inView().reduce((sum, { one }) => sum + one.count, 0);
    this.here.textContent = seen ? `Show ${photosCounted(seen)} here` : "No photos here";
    this.here.disabled = !seen;
  }
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".map");
  const map = (root.photos ||= new PhotoMap(root));
  map.update(data, setTriggerValue);
});
