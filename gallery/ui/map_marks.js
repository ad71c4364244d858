// What is drawn on the map of the world: how many photos are where, and how far is what.
const ROUND = [1, 2, 5];

function photosCounted(count) {
  return `${count.toLocaleString("en")} ${count === 1 ? "photo" : "photos"}`;
}

function shortNumber(count) {
  if (count < 1000) return String(count);
  return count < 10000 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`;
}

function drawClusters(canvas, map, { ink, ground, mark }) {
  const seen = map.inView();
  const taken = [];
  canvas.textAlign = "center";
  canvas.textBaseline = "middle";
  for (const { one, at, pixel } of [...seen].reverse()) {
    canvas.beginPath();
    canvas.arc(...pixel, one.radius, 0, 2 * Math.PI);
    canvas.fillStyle = mark;
    canvas.fill();
    canvas.lineWidth = at === map.hovered ? 4 : 2;
    canvas.strokeStyle = at === map.hovered ? ink : ground;
    canvas.stroke();
    canvas.fillStyle = "#ffffff";
    canvas.font = "600 12px system-ui, sans-serif";
    canvas.fillText(shortNumber(one.count), pixel[0], pixel[1] + 0.5);
    const [x, y] = pixel;
    taken.push([x - one.radius, y - one.radius, x + one.radius, y + one.radius]);
  }
  canvas.font = "12px system-ui, sans-serif";
  canvas.lineJoin = "round";
  for (const { one, pixel } of seen) {
    const name = map.names[one.town];
    if (!name) continue;
    const wide = canvas.measureText(name).width / 2 + 3;
    const [x, y] = [pixel[0], pixel[1] + one.radius + 10];
    const box = [x - wide, y - 7, x + wide, y + 8];
    const clear = ([left, top, right, bottom]) =>
      right < box[0] || left > box[2] || bottom < box[1] || top > box[3];
    if (!taken.every(clear)) continue;
    taken.push(box);
    canvas.lineWidth = 3;
    canvas.strokeStyle = ground;
    canvas.strokeText(name, x, y);
    canvas.fillStyle = ink;
    canvas.fillText(name, x, y);
  }
}

// A line of a round length, right for the middle of the map.
function drawScale(canvas, view, ink) {
  const across = Math.cos((latitudeOf(view.y) * Math.PI) / 180) * 40075;
  const most = (110 / view.zoom) * across;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = power * ROUND.filter((one) => one * power <= most).pop();
  const wide = (length / across) * view.zoom;
  const bottom = view.height - 14;
  canvas.strokeStyle = canvas.fillStyle = ink;
  canvas.globalAlpha = 0.7;
  canvas.lineWidth = 1.5;
  canvas.beginPath();
  canvas.moveTo(14, bottom - 5);
  canvas.lineTo(14, bottom);
  canvas.lineTo(14 + wide, bottom);
  canvas.lineTo(14 + wide, bottom - 5);
  canvas.stroke();
  canvas.textAlign = "left";
  canvas.font = "11px system-ui, sans-serif";
  canvas.fillText(length >= 1 ? `${length} km` : `${length * 1000} m`, 18, bottom - 9);
  canvas.globalAlpha = 1;
}
