function light(root, id) {
  root.querySelectorAll("[data-face]").forEach((part) => {
    part.classList.toggle("lit", part.dataset.face === id);
  });
}

function drawBox(face, go) {
  const box = element("button", "box");
  box.type = "button";
  // The avatars below say the same to a keyboard.
  box.tabIndex = -1;
  box.setAttribute("aria-hidden", "true");
  box.dataset.face = String(face.id);
  for (const side of ["left", "top", "width", "height"]) box.style[side] = `${face[side]}%`;
  box.append(element("span", "tag", face.label));
  box.onclick = () => go(face);
  return box;
}

function drawAvatar(face, base, go) {
  const avatar = element("button", "avatar");
  avatar.type = "button";
  avatar.dataset.face = String(face.id);
  const round = element("span", "round");
  if (face.src) round.append(picture(face.src, "", base));
  avatar.append(round, element("span", "label", face.label));
  avatar.onclick = () => go(face);
  return avatar;
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

function draw(root, data, setTriggerValue) {
  const go = (face) => face.person && setTriggerValue("open", face.person);
  const stage = element("div", "stage");
  const frame = element("div", "frame");
  frame.style.setProperty("--ratio", data.width / data.height);
  frame.append(picture(data.src, data.alt, data.base, true));
  data.faces.forEach((face) => frame.append(drawBox(face, go)));
  stage.append(
    drawStep("newer", "Newer photo (left arrow key)", "‹", data.newer, setTriggerValue),
    frame,
    drawStep("older", "Older photo (right arrow key)", "›", data.older, setTriggerValue),
  );
  const faces = element("div", "faces");
  data.faces.forEach((face) => faces.append(drawAvatar(face, data.base, go)));
  root.replaceChildren(stage, faces);
}

export default function ({ parentElement, data, setTriggerValue }) {
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
    const typing = event.composedPath().some((node) => node.matches?.("input, textarea, select, [role=slider]"));
    const id = { ArrowLeft: data.newer, ArrowRight: data.older }[event.key];
    if (typing || !id) return;
    event.preventDefault();
    setTriggerValue("step", id);
  };
  document.addEventListener("keydown", steps);
  return () => document.removeEventListener("keydown", steps);
}
