// Groups of pictures that are alike: what differs stands in the same line of each.
function drawFacts(facts) {
  const list = element("dl", "facts");
  facts.forEach((fact) => {
    const value = element("dd", fact.best ? "best" : "", fact.value);
    list.append(element("dt", "", fact.label), value);
  });
  return list;
}

function drawPicture(group, one, base, send) {
  const card = element("div", one.proposed ? "picture proposed" : "picture");
  const look = element("button", "look");
  look.type = "button";
  look.title = "Look closely, beside another one";
  look.append(picture(one.src, one.alt, base));
  if (one.badge) look.append(element("span", "badge", one.badge));
  look.onclick = () => send("look", { group: group.key, photo: one.id });
  const name = element("p", "name", one.name);
  name.title = one.name;
  card.append(look, name, drawFacts(one.facts));
  if (one.action) {
    const act = element("button", one.proposed ? "act first" : "act", one.action.label);
    act.type = "button";
    act.setAttribute("aria-label", `${one.action.label}: ${one.name}`);
    act.onclick = () => send("acted", { group: group.key, action: one.action.name, photo: one.id });
    card.append(act);
  }
  return card;
}

function drawGroup(group, base, send) {
  const section = element("section", "group");
  const head = element("div", "head");
  const text = element("div", "text");
  text.append(element("h2", "title", group.title));
  if (group.note) text.append(element("p", "note", group.note));
  head.append(text);
  if (group.action) {
    const act = element("button", "act", group.action.label);
    act.type = "button";
    act.onclick = () => send("acted", { group: group.key, action: group.action.name });
    head.append(act);
  }
  const pictures = element("div", "pictures");
  group.pictures.forEach((one) => pictures.append(drawPicture(group, one, base, send)));
  section.append(head, pictures);
  if (group.places.length) {
    const list = element("ul", "places");
    list.append(...group.places.map((path) => element("li", "", path)));
    section.append(list);
  }
  return section;
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".groups");
  const content = JSON.stringify(data.groups);
  if (root.content === content) return;
  root.content = content;
  root.classList.remove("busy");
  const send = (event, what) => {
    // Nothing is done twice, however often a button is pressed.
    if (event === "acted") {
      if (root.classList.contains("busy")) return;
      root.classList.add("busy");
      setTimeout(() => root.classList.remove("busy"), 4000);
    }
    setTriggerValue(event, what);
  };
  const groups = data.groups.map((group) => drawGroup(group, data.base, send));
  keepFocus(root, () => root.replaceChildren(...groups));
});
