// What is to be drawn comes as bytes, see `mount`.
function reading(draw) {
  return (part) => draw({ ...part, data: JSON.parse(new TextDecoder().decode(part.data)) });
}
