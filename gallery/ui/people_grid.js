function drawPerson(person, basePath) {
  const button = element("button", "person");
  button.type = "button";
  button.dataset.id = person.id;
  const round = element("span", "round");
  if (person.src) round.append(picture(person.src, "", basePath));
  const label = element("span", person.named ? "label" : "label unnamed", person.label);
  label.title = person.label;
  if (person.alt) button.setAttribute("aria-label", person.alt);
  button.append(round);
  if (person.label) button.append(label);
  if (person.detail) button.append(element("span", "detail", person.detail));
  return button;
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".people");
  root.classList.toggle("small", Boolean(data.small));
  const content = JSON.stringify(data.people);
  if (root.content !== content) {
    root.content = content;
    root.replaceChildren(...data.people.map((person) => drawPerson(person, data.base)));
  }
  moveWithArrows(root, ".person");
  root.onclick = (event) => {
    const person = event.target.closest(".person");
    if (person) setTriggerValue("open", Number(person.dataset.id));
  };
});
