// Fingers, mouse and keys on the map. What a drag does is the tool's; two fingers always move and
// zoom. The wheel zooms once somebody has clicked into the map, and scrolls the page before.
const CLICK_PIXELS = 5;
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function listenToPointers(map) {
  const { stage } = map;
  const fingers = new Map();
  let drag = null;
  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const spread = () => {
    const [one, other] = [...fingers.values()];
    return {
      middle: [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2],
      distance: Math.hypot(one[0] - other[0], one[1] - other[1]) || 1,
    };
  };

  stage.onpointerdown = (event) => {
    if (event.target.closest("button")) return;
    fingers.set(event.pointerId, at(event));
    stage.setPointerCapture(event.pointerId);
    const pans = map.tool === "move" || event.button === 1 || event.button === 2;
    drag = { kind: pans ? "pan" : map.tool, line: [at(event)], last: at(event), far: false };
    if (fingers.size === 2) drag = { kind: "pinch", ...spread() };
    map.drawLine(null);
  };
  stage.onpointermove = (event) => {
    const here = at(event);
    if (!drag) {
      if (event.pointerType === "mouse") map.pointAt(here);
      return;
    }
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, here);
    if (drag.kind === "pinch") {
      if (fingers.size < 2) return;
      const now = spread();
      map.pan(now.middle[0] - drag.middle[0], now.middle[1] - drag.middle[1]);
      map.zoomAt(now.middle, now.distance / drag.distance);
      Object.assign(drag, now);
      return;
    }
    const [x, y] = drag.line[0];
    drag.far ||= Math.hypot(here[0] - x, here[1] - y) > CLICK_PIXELS;
    if (!drag.far) return;
    if (drag.kind === "pan") {
      map.pan(here[0] - drag.last[0], here[1] - drag.last[1]);
    } else if (drag.kind === "box") {
      drag.line = [[x, y], [here[0], y], here, [x, here[1]]];
    } else {
      drag.line.push(here);
    }
    drag.last = here;
    if (drag.kind !== "pan") map.drawLine(drag.line);
  };
  const end = (event, done) => {
    fingers.delete(event.pointerId);
    if (!drag || fingers.size) return;
    const finished = drag;
    drag = null;
    map.drawLine(null);
    if (!done || finished.kind === "pinch") return;
    const how = { add: event.shiftKey, less: event.altKey || event.ctrlKey || event.metaKey };
    if (!finished.far) map.tap(at(event), how, event.pointerType !== "mouse");
    else if (finished.kind !== "pan") map.chooseWithin(finished.line, how);
  };
  stage.onpointerup = (event) => end(event, true);
  stage.onpointercancel = (event) => end(event, false);
  stage.onpointerleave = () => drag || map.pointAt(null);
  stage.oncontextmenu = (event) => event.preventDefault();
  stage.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !stage.matches(":focus-within")) return;
      event.preventDefault();
      // A trackpad's pinch comes as a wheel with the control key, in small steps.
      const speed = event.ctrlKey ? 0.012 : event.deltaMode ? 0.05 : 0.0018;
      map.zoomAt(at(event), Math.exp(-event.deltaY * speed));
    },
    { passive: false },
  );
}

function listenToMapKeys(map) {
  map.stage.onkeydown = (event) => {
    if (event.target !== map.stage || event.altKey || event.ctrlKey || event.metaKey) return;
    const middle = [map.width / 2, map.height / 2];
    if (STEPS[event.key]) map.stepTowards(STEPS[event.key]);
    else if (event.key === "+" || event.key === "=") map.zoomAt(middle, 1.4);
    else if (event.key === "-") map.zoomAt(middle, 1 / 1.4);
    else if (event.key === "0") map.fit();
    else if ((event.key === "Enter" || event.key === " ") && map.hovered >= 0) {
      map.choose([map.hovered], { add: event.shiftKey, less: false, flip: true });
    } else if (event.key === "Escape" && map.count) map.choose([], {});
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
