// Text a user types or typed before reaches the page through textContent and value only.
function warningFor(name, known) {
  const plain = name.trim().replace(/\s+/g, " ").toLowerCase();
  const found = known.find((person) => person.name.toLowerCase() === plain);
  return found ? `There is already ${found.name}, ${found.photos}. You are asked if it is the same.` : "";
}

function drawCard(person, data, send) {
  const card = element("form", "card");
  card.dataset.id = person.id;
  const faces = element("button", "faces");
  faces.type = "button";
  faces.title = `Look at ${person.label}`;
  faces.setAttribute("aria-label", `Look at ${person.label}, ${person.detail}`);
  person.faces.forEach((src) => faces.append(picture(src, "", data.base)));
  faces.onclick = () => send("open", person.id);
  const line = element("div", "line");
  line.append(element("span", "label", person.label), element("span", "detail", person.detail));
  const row = element("div", "row");
  const warning = element("div", "warning");
  warning.setAttribute("role", "status");
  const { input, save } = nameField(person.label, "Who is this?", "save", (name) => {
    warning.textContent = warningFor(name, card.known);
  });
  card.onsubmit = (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (!name || save.textContent !== "Save") return;
    save.textContent = "Saving";
    input.blur();
    const cards = [...card.parentElement.querySelectorAll(".card")];
    card.parentElement.nextAt = cards.indexOf(card);
    send("named", { id: person.id, name });
  };
  row.append(input, save);
  card.append(faces, line, row, warning);
  return card;
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".cards");
  const list = parentElement.querySelector("datalist");
  list.replaceChildren(
    ...data.known.map((person) => {
      const option = element("option");
      option.value = person.name;
      return option;
    }),
  );
  const send = (event, value) => setTriggerValue(event, value);
  const before = new Map([...root.children].map((card) => [card.dataset.id, card]));
  // Cards that stay keep what was typed into them.
  const cards = data.people.map((person) => {
    const content = JSON.stringify(person);
    const old = before.get(String(person.id));
    const card = old && old.content === content ? old : drawCard(person, data, send);
    // Whoever is still here was not named after all.
    if (card === old) card.querySelector(".save").textContent = "Save";
    card.content = content;
    card.known = data.known;
    return card;
  });
  const changed =
    cards.length !== root.children.length || cards.some((card, at) => card !== root.children[at]);
  if (!changed) return;
  root.replaceChildren(...cards);
  if (root.nextAt !== undefined && cards.length) {
    const next = cards[Math.min(root.nextAt, cards.length - 1)];
    root.nextAt = undefined;
    // A keyboard on the screen would hide the next face.
    if (matchMedia("(hover: hover)").matches) next.querySelector("input").focus();
  }
});
