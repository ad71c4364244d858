// Names a user typed reach the page through textContent and value only.
const SHAPES = { wide: 1.5, narrow: 0.66, alone: 3, aloneNarrow: 1.36 };

// The columns with which squares grow largest in a field of some shape.
function columnsFor(count, shape) {
  let best = 1;
  let most = 0;
  for (let columns = 1; columns <= count; columns += 1) {
    const side = Math.min(shape / columns, 1 / Math.ceil(count / columns));
    if (side > most + 1e-6) [best, most] = [columns, side];
  }
  return best;
}

function drawFaces(side, alone, base) {
  const faces = element("span", "faces");
  const shapes = alone ? [SHAPES.alone, SHAPES.aloneNarrow] : [SHAPES.wide, SHAPES.narrow];
  ["wide", "narrow"].forEach((name, at) => {
    const columns = columnsFor(Math.max(1, side.faces.length), shapes[at]);
    faces.style.setProperty(`--columns-${name}`, columns);
    faces.style.setProperty(`--rows-${name}`, Math.ceil(side.faces.length / columns) || 1);
  });
  side.faces.forEach((src) => faces.append(picture(src, "", base, true)));
  return faces;
}

function drawPhoto(side, base) {
  const both = element("span", "both");
  const frame = element("span", "photo");
  frame.style.setProperty("--ratio", side.photo.ratio);
  const box = element("span", "box");
  for (const edge of ["left", "top", "width", "height"]) box.style[edge] = `${side.photo[edge]}%`;
  frame.append(picture(side.photo.src, "", base, true), box);
  both.append(picture(side.faces[0], "", base, true), frame);
  return both;
}

function drawSide(side, data, open) {
  const button = element("button", "side");
  button.type = "button";
  const pictures = element("span", "pictures");
  const alone = data.sides.length === 1;
  pictures.append(side.photo ? drawPhoto(side, data.base) : drawFaces(side, alone, data.base));
  const line = element("span", "line");
  line.append(element("span", side.named ? "label" : "label unnamed", side.label));
  if (side.detail) line.append(element("span", "detail", side.detail));
  button.append(pictures, line);
  const what = side.page === "photo" ? "Open the photo of this face" : `Look at ${side.label}`;
  button.title = what;
  button.setAttribute("aria-label", [what, side.detail].filter(Boolean).join(", "));
  button.disabled = side.id === null;
  button.onclick = () => open({ page: side.page, id: side.id });
  return button;
}

function drawName(data, say) {
  const form = element("form", "name");
  const { input, save } = nameField(data.field, "Name", "answer save", () => {});
  form.onsubmit = (event) => {
    event.preventDefault();
    if (input.value.trim()) say("name", input.value.trim());
  };
  form.append(input, save);
  return form;
}

function drawAnswer(answer, first, say) {
  const button = element("button", first ? "answer first" : "answer");
  button.type = "button";
  button.dataset.said = answer.said;
  button.setAttribute("aria-keyshortcuts", answer.key);
  const hint = element("kbd", "", answer.key);
  hint.setAttribute("aria-hidden", "true");
  button.append(element("span", "", answer.label), hint);
  button.onclick = () => say(answer.said);
  return button;
}

function drawUndo(sentence, say) {
  const foot = element("div", "foot");
  if (!sentence) return foot;
  const button = element("button", "undo");
  button.type = "button";
  button.dataset.said = "undo";
  button.setAttribute("aria-keyshortcuts", "U");
  const hint = element("kbd", "", "U");
  hint.setAttribute("aria-hidden", "true");
  button.append(element("span", "", "Undo"), hint);
  button.onclick = () => say("undo");
  foot.append(button, element("span", "last", `${sentence}.`));
  return foot;
}

function draw(root, data, say, open) {
  const sides = element("div", "sides");
  sides.classList.toggle("alone", data.sides.length === 1);
  data.sides.forEach((side) => sides.append(drawSide(side, data, open)));
  const text = element("div", "text");
  const ask = element("h2", "ask", data.ask);
  ask.tabIndex = -1;
  text.append(ask, element("p", "why", data.why));
  const bar = element("div", "bar");
  if (data.field !== null) {
    bar.append(drawName(data, say));
    text.append(element("p", "tip", "Esc leaves the field, N comes back to it."));
  }
  const problem = element("p", "problem", data.problem || "");
  problem.setAttribute("role", "alert");
  const answers = element("div", "answers");
  answers.setAttribute("role", "group");
  answers.setAttribute("aria-label", data.ask);
  data.answers.forEach((answer, at) => {
    answers.append(drawAnswer(answer, at === 0 && data.field === null, say));
  });
  bar.append(answers);
  root.classList.toggle("inline", Boolean(data.inline));
  root.replaceChildren(sides, text, problem, bar);
  if (!data.inline) root.append(drawUndo(data.undo, say));
}

// Where the focus goes on a new card: the field for a name, else the button it was on.
function restoreFocus(root, held) {
  const elsewhere = document.activeElement?.matches?.("input, textarea, select, [role=dialog] *");
  const field = root.querySelector("input");
  // A keyboard on the screen would hide the faces.
  // Who takes back may want to take back more, by the same key.
  if (field && !elsewhere && !root.undone && matchMedia("(hover: hover)").matches) {
    field.focus({ preventScroll: true });
  } else if (held) {
    const same = [...root.querySelectorAll("[data-said]")].find((b) => b.dataset.said === held);
    (same || root.querySelector(".ask")).focus({ preventScroll: true });
  }
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".review");
  const list = parentElement.querySelector("datalist");
  // Nothing is said twice to one card, however often a key is pressed.
  const say = (said, name) => {
    const card = `${data.turn} ${data.question}`;
    if (root.saidTo === card) return;
    root.saidTo = card;
    root.undone = said === "undo";
    root.classList.add("busy");
    setTriggerValue("said", { turn: data.turn, question: data.question, said, name: name || "" });
  };
  const open = (what) => setTriggerValue("open", what);
  const content = JSON.stringify(data);
  if (root.content !== content) {
    const active = root.getRootNode().activeElement;
    const held = active && root.contains(active) ? active.dataset.said || "ask" : "";
    const typed = root.question === data.question ? root.querySelector("input")?.value : "";
    root.content = content;
    root.question = data.question;
    list.replaceChildren(
      ...(data.known || []).map((name) => {
        const option = element("option");
        option.value = name;
        return option;
      }),
    );
    draw(root, data, say, open);
    const field = root.querySelector("input");
    if (field && typed) {
      field.value = typed;
      field.oninput();
    }
    root.classList.remove("busy");
    restoreFocus(root, held);
    // Kept so that the browser does not let go of them.
    root.ahead = (data.ahead || []).map((src) => picture(src, "", data.base, true));
  }

  const keys = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    const typing = event.composedPath().some((node) => node.matches?.("input, textarea, select, [contenteditable]"));
    if (typing) return;
    const letter = event.key.toUpperCase();
    const field = root.querySelector("input");
    if (letter === "N" && field) {
      event.preventDefault();
      field.focus();
      return;
    }
    const answer = data.answers.find((one) => one.key === letter);
    const said = letter === "U" && data.undo ? "undo" : answer?.said;
    if (!said) return;
    event.preventDefault();
    event.stopPropagation();
    say(said);
  };
  // Before Streamlit's own shortcuts of one letter hear it.
  return listenToKeys(root, keys, true);
});
