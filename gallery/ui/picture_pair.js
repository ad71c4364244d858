// Two pictures, enlarged in the same place: what is a speck in one is looked for in the other.
const LARGEST = 8;

function drawSide(side, base) {
  const figure = element("figure", "side");
  const frame = element("div", "frame");
  frame.style.setProperty("--ratio", side.ratio);
  frame.append(picture(side.src, side.alt, base, true));
  const caption = element("figcaption", "caption");
  caption.append(element("span", "name", side.name), element("span", "detail", side.detail));
  figure.append(frame, caption);
  return figure;
}

// Where in a picture somebody points, as shares of its width and height.
function placeIn(frame, event) {
  const box = frame.getBoundingClientRect();
  const within = (value) => Math.min(1, Math.max(0, value));
  return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
}

export default reading(({ parentElement, data }) => {
  const root = parentElement.querySelector(".pair");
  const content = JSON.stringify(data.sides);
  if (root.content === content) return;
  root.content = content;
  const view = { zoom: 1, x: 0.5, y: 0.5 };
  const show = () => {
    root.classList.toggle("near", view.zoom > 1);
    root.querySelectorAll("img").forEach((image) => {
      image.style.transformOrigin = `${100 * view.x}% ${100 * view.y}%`;
      image.style.transform = `scale(${view.zoom})`;
    });
  };
  const zoomTo = (zoom) => {
    view.zoom = Math.min(LARGEST, Math.max(1, zoom));
    show();
  };
  root.replaceChildren(...data.sides.map((side) => drawSide(side, data.base)));
  root.querySelectorAll(".frame").forEach((frame) => {
    let held = null;
    frame.tabIndex = 0;
    frame.setAttribute("role", "img");
    const { alt } = frame.querySelector("img");
    frame.setAttribute("aria-label", `${alt}. Click, or press plus and minus, to enlarge both pictures`);
    frame.onpointerdown = (event) => {
      held = { x: event.clientX, y: event.clientY, far: false };
      if (event.pointerType !== "mouse") frame.setPointerCapture(event.pointerId);
    };
    frame.onpointermove = (event) => {
      if (held) held.far ||= Math.hypot(event.clientX - held.x, event.clientY - held.y) > 6;
      if (view.zoom === 1) return;
      if (event.pointerType === "mouse") {
        [view.x, view.y] = placeIn(frame, event);
      } else if (held?.far) {
        // A finger drags the picture itself.
        const box = frame.getBoundingClientRect();
        const move = (at, by, length) => Math.min(1, Math.max(0, at - by / (length * (view.zoom - 1))));
        view.x = move(view.x, event.movementX, box.width);
        view.y = move(view.y, event.movementY, box.height);
      }
      show();
    };
    frame.onpointercancel = () => (held = null);
    frame.onpointerup = (event) => {
      const clicked = held && !held.far;
      held = null;
      if (!clicked) return;
      if (view.zoom === 1) [view.x, view.y] = placeIn(frame, event);
      zoomTo(view.zoom === 1 ? 4 : 1);
    };
    frame.onwheel = (event) => {
      event.preventDefault();
      if (view.zoom === 1) [view.x, view.y] = placeIn(frame, event);
      zoomTo(view.zoom * (event.deltaY < 0 ? 1.25 : 0.8));
    };
    frame.onkeydown = (event) => {
      const step = 0.1 / view.zoom;
      const keys = {
        "+": () => zoomTo(view.zoom * 1.5),
        "=": () => zoomTo(view.zoom * 1.5),
        "-": () => zoomTo(view.zoom / 1.5),
        0: () => zoomTo(1),
        ArrowLeft: () => (view.x = Math.max(0, view.x - step)),
        ArrowRight: () => (view.x = Math.min(1, view.x + step)),
        ArrowUp: () => (view.y = Math.max(0, view.y - step)),
        ArrowDown: () => (view.y = Math.min(1, view.y + step)),
      };
      const act = keys[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      act();
      show();
    };
  });
  show();
});
