// Percent of the photo's sides that a drawn box needs, and that an arrow key moves it by.
const LEAST = 1;
const STEP = 1;

function light(root, id) {
  root.querySelectorAll("[data-face]").forEach((part) => {
    part.classList.toggle("lit", part.dataset.face === id);
  });
}

function place(box, sides) {
  for (const side of ["left", "top", "width", "height"]) box.style[side] = `${sides[side]}%`;
}

function drawBox(face, go) {
  const box = element("button", "box");
  box.type = "button";
  // The avatars below say the same to a keyboard.
  box.tabIndex = -1;
  box.setAttribute("aria-hidden", "true");
  box.dataset.face = String(face.id);
  place(box, face);
  box.append(element("span", "tag", face.label));
  box.onclick = () => go(face);
  return box;
}

// Where words lie that were searched for.
function drawMark(line) {
  const mark = element("span", "mark");
  mark.tabIndex = 0;
  mark.setAttribute("role", "note");
  mark.setAttribute("aria-label", `Text in the picture: ${line.text}`);
  place(mark, line);
  mark.append(element("span", "tag", line.text));
  return mark;
}

function drawAvatar(face, base, go, ask) {
  const cell = element("div", "cell");
  cell.dataset.face = String(face.id);
  const avatar = element("button", face.person ? "avatar" : "avatar nobody");
  avatar.type = "button";
  const round = element("span", "round");
  if (face.src) round.append(picture(face.src, "", base));
  const label = element("span", "label", face.label);
  label.title = face.label;
  avatar.append(round, label);
  if (face.detail) avatar.append(element("span", "detail", face.detail));
  avatar.onclick = () => go(face);
  const why = element("button", "why", face.person ? "Why?" : "Who is it?");
  why.type = "button";
  why.setAttribute("aria-label", `${face.person ? "Why, or who else" : "Who is it"}: ${face.label}`);
  why.onclick = () => ask(face);
  cell.append(avatar, why);
  return cell;
}

function drawStep(name, label, sign, id, setTriggerValue) {
  const button = element("button", `step ${name}`, sign);
  button.type = "button";
  button.setAttribute("aria-label", label);
  button.title = label;
  button.disabled = !id;
  button.onclick = () => setTriggerValue("step", id);
  return button;
}

function textButton(className, text, then) {
  const button = element("button", className, text);
  button.type = "button";
  button.onclick = then;
  return button;
}

// Drawing a box: with mouse, pen or finger, or with the arrow keys.
function beginDrawing(root, frame, send) {
  const view = root.view;
  const sheet = element("div", "sheet");
  sheet.tabIndex = 0;
  sheet.setAttribute("role", "application");
  sheet.setAttribute(
    "aria-label",
    "Draw a box around the face. Arrow keys move the box, with shift they change its size, " +
      "Enter adds it, Escape cancels.",
  );
  const drawn = element("div", "drawn");
  drawn.hidden = true;
  sheet.append(drawn);
  const bar = element("div", "drawing");
  const hint = element("span", "hint", "Draw a box around the face.");
  hint.setAttribute("role", "status");
  const add = textButton("do", "Add this face", () => finish(true));
  add.disabled = true;
  bar.append(hint, add, textButton("plain", "Cancel", () => finish(false)));
  frame.append(sheet);
  root.querySelector(".below").replaceChildren(bar);
  root.classList.add("draws");

  let box = null;
  let from = null;
  const show = () => {
    const large = box && box.width >= LEAST && box.height >= LEAST;
    drawn.hidden = !box;
    if (box) place(drawn, box);
    add.disabled = !large;
    hint.textContent = large
      ? "Draw again if it does not fit."
      : "Draw a box around the face.";
  };
  const at = (event) => {
    const whole = frame.getBoundingClientRect();
    const share = (value, length) => Math.min(100, Math.max(0, (100 * value) / length));
    return [
      share(event.clientX - whole.left, whole.width),
      share(event.clientY - whole.top, whole.height),
    ];
  };
  const stretch = (event) => {
    const [x, y] = at(event);
    box = {
      left: Math.min(x, from[0]),
      top: Math.min(y, from[1]),
      width: Math.abs(x - from[0]),
      height: Math.abs(y - from[1]),
    };
    show();
  };
  sheet.onpointerdown = (event) => {
    if (event.button) return;
    event.preventDefault();
    sheet.focus({ preventScroll: true });
    sheet.setPointerCapture(event.pointerId);
    from = at(event);
    stretch(event);
  };
  sheet.onpointermove = (event) => from && stretch(event);
  sheet.onpointerup = sheet.onpointercancel = () => (from = null);

  const keep = (value, most) => Math.min(most, Math.max(0, value));
  const push = (event) => {
    const [x, y] = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    }[event.key];
    box ||= { left: 42, top: 40, width: 16, height: 20 };
    if (event.shiftKey) {
      box.width = Math.max(LEAST, keep(box.width + x, 100 - box.left));
      box.height = Math.max(LEAST, keep(box.height + y, 100 - box.top));
    } else {
      box.left = keep(box.left + x, 100 - box.width);
      box.top = keep(box.top + y, 100 - box.height);
    }
    show();
  };
  const keys = (event) => {
    if (event.key === "Escape") finish(false);
    else if (event.composedPath()[0] !== sheet) return;
    else if (event.key.startsWith("Arrow")) push(event);
    else if (event.key === "Enter" && !add.disabled) finish(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", keys, true);

  function finish(wanted) {
    document.removeEventListener("keydown", keys, true);
    root.classList.remove("draws");
    sheet.remove();
    view.stop = null;
    view.below();
    if (wanted && box) send(box);
    else root.querySelector(".add")?.focus();
  }
  view.stop = () => finish(false);
  sheet.focus({ preventScroll: true });
}

function draw(root, data, setTriggerValue) {
  root.view?.stop?.();
  const view = (root.view = {});
  const ask = (face) => {
    comeBack(() => root.querySelector(`.cell[data-face="${face.id}"] .why`));
    setTriggerValue("ask", face.id);
  };
  const go = (face) => (face.person ? setTriggerValue("open", face.person) : ask(face));
  const stage = element("div", "stage");
  const frame = element("div", "frame");
  frame.style.setProperty("--ratio", data.width / data.height);
  frame.append(picture(data.src, data.alt, data.base, true));
  // Before the faces, which lie above them.
  data.marks.forEach((line) => frame.append(drawMark(line)));
  data.faces.forEach((face) => frame.append(drawBox(face, go)));
  stage.append(
    drawStep("newer", "Newer photo (left arrow key)", "‹", data.newer, setTriggerValue),
    frame,
    drawStep("older", "Older photo (right arrow key)", "›", data.older, setTriggerValue),
  );
  const below = element("div", "below");
  view.below = () => {
    const faces = data.faces.map((face) => drawAvatar(face, data.base, go, ask));
    if (data.draws) {
      const add = textButton("add", undefined, () =>
        beginDrawing(root, frame, (box) => {
          comeBack(() => root.querySelector(".add"));
          setTriggerValue("drawn", box);
        }),
      );
      const round = element("span", "round", "+");
      round.setAttribute("aria-hidden", "true");
      add.append(round, element("span", "label", "Add a face"));
      faces.push(add);
    }
    below.replaceChildren(...faces);
  };
  root.replaceChildren(stage, below);
  view.below();
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".view");
  const content = JSON.stringify(data);
  if (root.content !== content) {
    root.content = content;
    draw(root, data, setTriggerValue);
  }
  const of = (event) => event.target.closest("[data-face]")?.dataset.face;
  root.onpointerover = (event) => light(root, of(event));
  root.onpointerleave = () => light(root, undefined);
  root.onfocusin = (event) => light(root, of(event));
  root.onfocusout = () => light(root, undefined);

  const steps = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const elsewhere = event
      .composedPath()
      .some((node) => node.matches?.("input, textarea, select, [role=slider], [role=dialog]"));
    const id = { ArrowLeft: data.newer, ArrowRight: data.older }[event.key];
    if (elsewhere || root.view?.stop || !id) return;
    event.preventDefault();
    setTriggerValue("step", id);
  };
  return listenToKeys(root, steps, false);
});
