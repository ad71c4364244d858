// What part of the plane is seen, and drawing it.
const MOVE_MILLISECONDS = 600;
// Room for the buttons above and below the points.
const MARGIN = 58;
// While the map moves, so many milliseconds between frames are too many, and so many are none.
const SLOW = 50;
const FAST = 24;
const AT_REST_AFTER = 160;
const LEAST_DRAWN = 5000;

class MapView {
  constructor() {
    this.view = { x: 0, y: 0, zoom: 1 };
    this.xy = new Float32Array();
    this.ids = new Uint32Array();
    this.hovered = -1;
    this.only = -1;
    this.line = null;
    this.share = 1;
    this.pace = 0;
  }

  resize() {
    const before = this.width;
    this.width = this.stage.clientWidth;
    this.height = this.stage.clientHeight;
    this.density = Math.min(2, devicePixelRatio || 1);
    for (const canvas of [this.canvas, this.overlay]) {
      canvas.width = Math.round(this.width * this.density);
      canvas.height = Math.round(this.height * this.density);
    }
    if (before) this.redraw();
    else this.fit();
  }

  fit() {
    if (!this.index || !this.width) return;
    const { low, high } = this.index;
    const zooms = [
      (this.width - MARGIN) / (high[0] - low[0] || 1e-3),
      (this.height - 2 * MARGIN) / (high[1] - low[1] || 1e-3),
    ];
    this.view = { x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2, zoom: Math.min(...zooms) };
    this.fitted = this.view.zoom;
    this.redraw();
  }

  size() {
    const base = 1.2 + 27 * Math.max(1, this.ids.length) ** -0.25;
    return Math.min(Math.max(base, 20), base * Math.max(1, this.view.zoom / this.fitted) ** 0.4);
  }

  placeOf([x, y]) {
    const { view } = this;
    return [(x - this.width / 2) / view.zoom + view.x, (this.height / 2 - y) / view.zoom + view.y];
  }

  pixelOf(at) {
    const { view } = this;
    return [
      (this.xy[2 * at] - view.x) * view.zoom + this.width / 2,
      this.height / 2 - (this.xy[2 * at + 1] - view.y) * view.zoom,
    ];
  }

  pan(right, down) {
    this.view.x -= right / this.view.zoom;
    this.view.y += down / this.view.zoom;
    this.moved();
  }

  zoomAt(pixel, factor) {
    const [x, y] = this.placeOf(pixel);
    const zoom = Math.min(this.fitted * 400, Math.max(this.fitted / 3, this.view.zoom * factor));
    const real = zoom / this.view.zoom;
    this.view.x = x - (x - this.view.x) / real;
    this.view.y = y - (y - this.view.y) / real;
    this.view.zoom = zoom;
    this.moved();
  }

  // Without a graphics card many points are slow to draw: while they move, fewer are.
  moved() {
    clearTimeout(this.resting);
    this.moving = true;
    this.resting = setTimeout(() => {
      this.moving = false;
      this.drawnAt = 0;
      this.redraw();
    }, AT_REST_AFTER);
    this.redraw();
  }

  drawn(now) {
    const count = this.ids.length;
    if (!this.moving) return count;
    if (this.drawnAt) {
      this.pace = 0.6 * this.pace + 0.4 * Math.min(now - this.drawnAt, 4 * SLOW);
      if (this.pace > SLOW) this.share *= 0.75;
      else if (this.pace < FAST) this.share = Math.min(1, this.share * 1.2);
    }
    this.drawnAt = now;
    this.share = Math.max(this.share, Math.min(1, LEAST_DRAWN / count));
    return Math.round(count * this.share);
  }

  // The same faces elsewhere, as when the layout is there: they walk from where they are seen, so
  // that nobody loses them.
  moveFrom(from) {
    const to = this.xy;
    const old = { ...this.view };
    this.fit();
    const { x, y, zoom } = this.view;
    const size = old.zoom / zoom;
    const between = new Float32Array(to.length);
    const begun = performance.now();
    const step = () => {
      if (this.xy !== to) return;
      const share = Math.min(1, (performance.now() - begun) / MOVE_MILLISECONDS);
      const part = share * share * (3 - 2 * share);
      for (let at = 0; at < to.length; at += 2) {
        const left = (from[at] - old.x) * size + x;
        const top = (from[at + 1] - old.y) * size + y;
        between[at] = left + (to[at] - left) * part;
        between[at + 1] = top + (to[at + 1] - top) * part;
      }
      this.painter.places(share < 1 ? between : to);
      this.redraw();
      if (share < 1) requestAnimationFrame(step);
    };
    step();
  }

  // Args: whether the points changed too, or only what is drawn over them.
  redraw(points = true) {
    this.stale ||= points;
    this.frame ??= requestAnimationFrame((now) => {
      this.frame = null;
      this.draw(now);
    });
  }

  draw(now) {
    if (!this.painter || !this.width || !this.fitted) return;
    const marks = this.overlay.getContext("2d");
    const style = getComputedStyle(this.root);
    // A canvas gives any colour back as #rrggbb.
    marks.fillStyle = style.getPropertyValue("--st-text-color").trim() || "#888888";
    const ink = marks.fillStyle.startsWith("#") ? marks.fillStyle : "#888888";
    const dimmed = this.count ? 0.35 : 1;
    const look = { density: this.density, size: this.size(), only: this.only, dimmed, ink };
    if (this.stale) {
      const drawn = this.drawn(now);
      this.painter.draw(this.ids.length - drawn, drawn, this.view, look);
      this.stale = false;
    }
    marks.setTransform(this.density, 0, 0, this.density, 0, 0);
    marks.clearRect(0, 0, this.width, this.height);
    marks.strokeStyle = ink;
    if (this.hovered >= 0) {
      marks.lineWidth = 2;
      marks.beginPath();
      marks.arc(...this.pixelOf(this.hovered), look.size / 2 + 4, 0, 2 * Math.PI);
      marks.stroke();
      this.placeCard();
    }
    if (this.line) {
      marks.lineWidth = 1.5;
      marks.setLineDash([5, 4]);
      marks.beginPath();
      this.line.forEach(([x, y]) => marks.lineTo(x, y));
      marks.closePath();
      marks.stroke();
      marks.setLineDash([]);
      marks.globalAlpha = 0.08;
      marks.fill("evenodd");
      marks.globalAlpha = 1;
    }
  }
}
