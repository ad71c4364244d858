// Every face as a point. What is pointed at is asked for and shown with its picture; what is
// drawn around is chosen. Places come as a file, so that a change of what is looked at does not
// send them again.
const TOOLS = [
  ["lasso", "Lasso", "Draw around faces"],
  ["box", "Box", "Draw a box around faces"],
  ["move", "Move", "Drag the map"],
];
const KEYS =
  "Arrow keys go from face to face, Enter chooses, Shift and Enter adds, plus and minus zoom, " +
  "0 shows all, Escape lets go.";

function toolButton(text, title, then) {
  const button = element("button", "tool", text);
  button.type = "button";
  button.title = title;
  button.setAttribute("aria-label", title);
  button.onclick = then;
  return button;
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

class FaceMap extends MapGlance {
  constructor(root) {
    super();
    this.chosen = new Uint8Array();
    this.count = 0;
    // A finger that drags is expected to move the map.
    this.tool = matchMedia("(hover: hover)").matches ? "lasso" : "move";
    this.build(root);
    this.painter = pointPainter(this.canvas);
    if (!this.painter) {
      const sorry = "This browser draws no WebGL, which the map needs. Another one does.";
      this.stage.append(element("p", "sorry", sorry));
    }
    // A card that was asleep or is taken by another program forgets everything.
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => this.repaint());
    listenToPointers(this);
    listenToMapKeys(this);
    new ResizeObserver(() => this.resize()).observe(this.stage);
  }

  build(root) {
    this.root = root;
    this.stage = element("div", "stage");
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "application");
    this.canvas = element("canvas", "points");
    this.overlay = element("canvas", "marks");
    this.card = element("div", "card");
    this.card.setAttribute("role", "status");
    this.card.hidden = true;
    const tools = element("div", "tools");
    this.toolButtons = TOOLS.map(([tool, text, title]) => {
      const button = toolButton(text, title, () => this.use(tool));
      button.dataset.tool = tool;
      return button;
    });
    const zoom = (factor) => () => this.zoomAt([this.width / 2, this.height / 2], factor);
    tools.append(...this.toolButtons, element("span", "gap"));
    tools.append(
      toolButton("+", "Zoom in", zoom(1.5)),
      toolButton("−", "Zoom out", zoom(1 / 1.5)),
      toolButton("All", "Show all faces", () => this.fit()),
    );
    this.status = element("div", "status");
    this.legend = element("div", "legend");
    this.stage.append(this.canvas, this.overlay, tools, this.status, this.card);
    root.replaceChildren(this.stage, this.legend);
    this.use(this.tool);
  }

  use(tool) {
    this.tool = tool;
    this.stage.dataset.tool = tool;
    for (const button of this.toolButtons) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
  }

  async update(data, send) {
    this.send = send;
    this.base = data.base;
    this.stage.setAttribute("aria-label", `${data.title} ${KEYS}`);
    if (data.version !== this.version) this.known.clear();
    this.version = data.version;
    this.turn ??= data.turn;
    this.heard = data.turn;
    this.take(data.seen, data.looked);
    this.wanted = data;
    const points = await this.fetched(data.points);
    // Where the file is gone, others are on their way.
    if (this.wanted !== data || !points || !this.painter) return;
    if (data.points !== this.shownPoints) this.setPoints(points, data.points);
    const legend = JSON.stringify([data.legend, data.palette]);
    if (data.codes !== this.shownCodes || legend !== this.shownLegend) {
      this.codes = bytesOf(data.codes);
      this.colours = [data.palette, data.rest];
      this.painter.codes(this.codes);
      this.painter.palette(...this.colours);
      this.paintChosen();
      this.only = -1;
      this.redraw();
      drawLegend(
        this.legend,
        data.legend,
        data.palette,
        (code) => {
          this.only = code;
          this.redraw();
        },
        (code, add) => this.chooseCode(code, add),
      );
      [this.shownCodes, this.shownLegend] = [data.codes, legend];
    }
    // What was chosen here meanwhile is newer than what the app knows.
    if (data.turn >= this.turn) {
      this.turn = data.turn;
      const ids = new Uint32Array(bytesOf(data.chosen).buffer);
      const marked = (id) => this.chosen[this.rows.get(id)];
      if (ids.length !== this.count || !ids.every(marked)) this.mark(ids);
    }
  }

  fetched(url) {
    if (url !== this.file?.url) {
      const whole = fetch(mediaAddress(url, this.base))
        .then((answer) => (answer.ok ? answer.arrayBuffer() : null))
        .catch(() => null);
      this.file = { url, whole };
      whole.then((found) => found || (this.file = null));
    }
    return this.file.whole;
  }

  setPoints(buffer, url) {
    const count = buffer.byteLength / 12;
    const before = { ids: this.ids, xy: this.xy };
    this.xy = new Float32Array(buffer, 0, 2 * count);
    this.ids = new Uint32Array(buffer, 8 * count, count);
    this.rows = new Map();
    this.ids.forEach((id, at) => this.rows.set(id, at));
    this.index = placeIndex(this.xy);
    const chosen = this.chosenIds(before.ids);
    this.chosen = new Uint8Array(count);
    this.mark(chosen);
    this.shownPoints = url;
    this.pointAt(null);
    const moves = count === before.ids.length && before.ids.every((id, at) => id === this.ids[at]);
    if (moves && count && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.moveFrom(before.xy);
    } else {
      this.painter.places(this.xy);
      this.fit();
    }
  }

  chosenIds(ids = this.ids) {
    const found = [];
    this.chosen.forEach((one, at) => one && found.push(ids[at]));
    return found;
  }

  mark(ids) {
    this.chosen.fill(0);
    for (const id of ids) {
      const at = this.rows?.get(id);
      if (at !== undefined) this.chosen[at] = 1;
    }
    this.paintChosen();
    this.count = this.chosen.reduce((sum, one) => sum + one, 0);
    const { count } = this;
    const text = `${count.toLocaleString("en")} ${count === 1 ? "face" : "faces"} chosen`;
    const clear = toolButton("Clear", "Choose none", () => this.choose([], {}));
    this.status.replaceChildren(...(count ? [element("span", "", text), clear] : []));
    this.redraw();
  }

  choose(rows, { add, less, flip }) {
    const ids = new Set(add || less ? this.chosenIds() : []);
    const wanted = rows.map((at) => this.ids[at]);
    if (flip && add && wanted.every((id) => ids.has(id))) wanted.forEach((id) => ids.delete(id));
    else wanted.forEach((id) => (less ? ids.delete(id) : ids.add(id)));
    this.turn += 1;
    this.mark(ids);
    this.say();
  }

  // Of two messages that come while the app is busy it hears the later one only, so that each
  // says all that was not heard so far.
  say() {
    const unheard = this.turn > this.heard;
    const chosen = unheard ? { turn: this.turn, faces: this.chosenIds() } : null;
    this.send("said", { look: this.asked || [], chosen });
  }

  tap(pixel, how, touch) {
    if (!this.index) return;
    const near = this.nearTo(pixel, 1);
    if (touch) this.hover(near.length ? near[0] : -1);
    // Fingers have no shift key: each tap adds, or takes away again.
    if (near.length) this.choose(near, { ...how, add: how.add || touch, flip: true });
    else if (this.count && !how.add) this.choose([], {});
  }

  chooseWithin(line, how) {
    const corners = line.map((pixel) => this.placeOf(pixel));
    this.choose(pointsWithin(this.xy, this.index, corners), how);
  }

  drawLine(line) {
    this.line = line;
    if (line) this.hover(-1);
    this.redraw(false);
  }

  chooseCode(code, add) {
    const rows = [];
    this.codes.forEach((own, at) => own === code && rows.push(at));
    this.choose(rows, { add });
  }

  repaint() {
    this.painter = pointPainter(this.canvas);
    this.painter.places(this.xy);
    this.painter.codes(this.codes);
    this.painter.palette(...this.colours);
    this.paintChosen();
    this.redraw();
  }

  paintChosen() {
    this.painter.chosen(this.chosen);
    if (this.codes?.length === this.chosen.length) {
      this.painter.order(layered(this.codes, this.chosen, this.colours[1]));
    }
  }
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".map");
  const map = (root.faces ||= new FaceMap(root));
  map.update(data, setTriggerValue);
});
