// What is pointed at: asked for, and shown with its picture.
const REACH = 14;
const ASKED_AT_ONCE = 12;
const ASK_AFTER = 70;
// Milliseconds after which an answer is not waited for any more.
const PATIENCE = 4000;
const MOST_KNOWN = 3000;

class MapGlance extends MapView {
  constructor() {
    super();
    this.known = new Map();
  }

  // Args: what the app says of faces, and which ones it was asked for last.
  take(seen, looked) {
    if (this.known.size > MOST_KNOWN) this.known.clear();
    for (const face of seen) {
      const old = this.known.get(face.id)?.picture;
      if (old && !old.classList.contains("missing")) continue;
      const shown = face.src && picture(face.src, "", this.base, true);
      this.known.set(face.id, { ...face, picture: shown });
    }
    if (this.asked?.every((id) => looked.includes(id))) {
      // Deleted meanwhile: nothing is known of them, and nothing will be.
      for (const id of this.asked) if (!this.known.has(id)) this.known.set(id, { id, label: "" });
      this.asked = null;
    }
    this.ask();
    this.showCard();
  }

  pointAt(pixel) {
    const near = pixel && this.index ? this.nearTo(pixel, 1) : [];
    this.hover(near.length ? near[0] : -1);
  }

  nearTo(pixel, most) {
    const reach = Math.max(REACH, this.size()) / this.view.zoom;
    return this.index.near(...this.placeOf(pixel), reach, most);
  }

  hover(at) {
    if (at === this.hovered) return;
    this.hovered = at;
    clearTimeout(this.waiting);
    if (at >= 0) this.waiting = setTimeout(() => this.ask(), ASK_AFTER);
    this.showCard();
    this.redraw(false);
  }

  // Those around come along, so that most are there before they are pointed at.
  ask() {
    if (this.hovered < 0 || this.known.has(this.ids[this.hovered])) return;
    if (this.asked && performance.now() - this.askedAt < PATIENCE) return;
    const [x, y] = [this.xy[2 * this.hovered], this.xy[2 * this.hovered + 1]];
    const around = this.index.near(x, y, (3 * REACH) / this.view.zoom, 4 * ASKED_AT_ONCE);
    const ids = [this.hovered, ...around].map((at) => this.ids[at]);
    const unknown = [...new Set(ids)].filter((id) => !this.known.has(id));
    this.asked = unknown.slice(0, ASKED_AT_ONCE);
    this.askedAt = performance.now();
    this.say();
  }

  showCard() {
    const face = this.hovered < 0 ? undefined : this.known.get(this.ids[this.hovered]);
    this.card.hidden = !face?.label;
    if (this.card.hidden) return;
    const words = element("div", "words");
    words.append(element("span", "label", face.label), element("span", "detail", face.detail));
    this.card.replaceChildren(...(face.picture ? [face.picture] : []), words);
    this.placeCard();
  }

  placeCard() {
    const [x, y] = this.pixelOf(this.hovered);
    const { offsetWidth: wide, offsetHeight: high } = this.card;
    const left = x + wide + 24 > this.width ? x - wide - 16 : x + 16;
    const top = Math.min(Math.max(6, y - high / 2), this.height - high - 6);
    this.card.style.transform = `translate(${Math.round(Math.max(4, left))}px, ${Math.round(top)}px)`;
  }

  stepTowards(direction) {
    if (!this.ids.length) return;
    let at = this.hovered;
    if (at >= 0) {
      at = nextTowards(this.xy, this.index, at, direction, 40 / this.view.zoom);
    } else {
      const extent = Math.max(this.width, this.height) / this.view.zoom;
      [at = 0] = this.index.near(this.view.x, this.view.y, extent, 1);
    }
    const [x, y] = this.pixelOf(at);
    if (x < 0 || y < 0 || x > this.width || y > this.height) {
      this.pan(this.width / 2 - x, this.height / 2 - y);
    }
    this.hover(at);
  }
}
