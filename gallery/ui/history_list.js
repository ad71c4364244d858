// What was decided, by day, the latest first.
function drawDecision(decision, send) {
  const item = element("li", decision.holds || decision.final ? "item" : "item gone");
  item.append(element("span", "time", decision.time));
  const text = element("span", "words");
  text.append(element("span", "sentence", decision.sentence));
  if (!decision.holds && !decision.final) text.append(element("span", "tag", "taken back"));
  item.append(text);
  if (decision.holds) {
    const back = element("button", "back", "Undo back to here");
    back.type = "button";
    back.setAttribute("aria-label", `Undo everything back to: ${decision.sentence}`);
    back.onclick = () => send(decision.id);
    item.append(back);
  }
  return item;
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".history");
  const content = JSON.stringify(data.days);
  if (root.content === content) return;
  root.content = content;
  const send = (id) => {
    const pressed = root.getRootNode().activeElement;
    comeBack(() => pressed);
    setTriggerValue("back", id);
  };
  root.replaceChildren(
    ...data.days.flatMap((day) => {
      const list = element("ul", "list");
      list.append(...day.decisions.map((decision) => drawDecision(decision, send)));
      return [element("h2", "day", day.heading), list];
    }),
  );
});
