// Points drawn by the graphics card: 100,000 of them move as smoothly as ten.
const POINT_PLACES = `
  attribute vec2 place;
  attribute float code;
  attribute float chosen;
  uniform vec2 centre;
  uniform vec2 scale;
  uniform float size;
  varying float kind;
  varying float marked;
  varying float diameter;
  void main() {
    kind = code;
    marked = chosen;
    gl_Position = vec4((place - centre) * scale, 0.0, 1.0);
    diameter = chosen > 0.5 ? size * 1.3 + 1.0 : size;
    gl_PointSize = diameter;
  }`;

const POINT_COLOURS = `
  precision highp float;
  uniform sampler2D palette;
  uniform vec3 ink;
  uniform float rest;
  uniform float only;
  uniform float dimmed;
  varying float kind;
  varying float marked;
  varying float diameter;
  void main() {
    vec4 own = texture2D(palette, vec2((kind + 0.5) / 256.0, 0.5));
    vec2 at = abs(gl_PointCoord * 2.0 - 1.0);
    // The palette's alpha says which mark: a circle, or a diamond.
    float far = own.a > 0.75 ? length(at) : at.x + at.y;
    float soft = 2.0 / diameter;
    float cover = 1.0 - smoothstep(1.0 - soft, 1.0, far);
    // A darker rim keeps light points apart, and readable on white.
    vec3 rim = marked > 0.5 ? ink : own.rgb * 0.6;
    float edge = smoothstep(0.98 - 2.2 * soft, 0.98 - soft, far) * (diameter > 4.5 ? 1.0 : 0.4);
    float strength = kind == rest ? 0.6 : 0.92;
    if (marked > 0.5) strength = 1.0;
    else if (only >= 0.0) strength *= kind == only ? 1.0 : 0.12;
    else strength *= dimmed;
    float alpha = cover * strength;
    gl_FragColor = vec4(mix(own.rgb, rim, edge) * alpha, alpha);
  }`;

function compiled(gl, type, source) {
  const shader = gl.createShader(type);
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

// The order to draw in: the rest below those with a colour, and the chosen on top of all. Within
// a layer it is mixed, so that the last so many of all are a fair sample.
function layered(codes, chosen, rest) {
  const count = codes.length;
  const layer = (at) => (chosen[at] ? 2 : codes[at] === rest ? 0 : 1);
  const next = [0, 0, 0];
  for (let at = 0; at < count; at += 1) if (layer(at) < 2) next[layer(at) + 1] += 1;
  next[2] += next[1];
  const order = new Uint32Array(count);
  // Steps of a prime that does not divide the count come by every point once.
  const step = count % 7919 ? 7919 : 7907;
  for (let turn = 0, at = 0; turn < count; turn += 1, at = (at + step) % count) {
    order[next[layer(at)]++] = at;
  }
  return order;
}

// What draws points on a canvas; null where the browser cannot.
function pointPainter(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false });
  if (!gl) return null;
  const program = gl.createProgram();
  gl.attachShader(program, compiled(gl, gl.VERTEX_SHADER, POINT_PLACES));
  gl.attachShader(program, compiled(gl, gl.FRAGMENT_SHADER, POINT_COLOURS));
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const uniforms = {};
  for (const name of ["centre", "scale", "size", "rest", "ink", "only", "dimmed"]) {
    uniforms[name] = gl.getUniformLocation(program, name);
  }
  const attribute = (name, width, type) => {
    const place = gl.getAttribLocation(program, name);
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, width, type, false, 0, 0);
    return (values) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
    };
  };
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
    gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
  }
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
  return {
    places: attribute("place", 2, gl.FLOAT),
    codes: attribute("code", 1, gl.UNSIGNED_BYTE),
    chosen: attribute("chosen", 1, gl.UNSIGNED_BYTE),
    order(order) {
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.DYNAMIC_DRAW);
    },
    palette(colours, rest) {
      const texels = new Uint8Array(4 * 256);
      colours.forEach(([hex, mark], at) => {
        texels.set([...rgb(hex), mark === "circle" ? 255 : 128], 4 * at);
      });
      texels.set([145, 145, 145, 255], 4 * rest);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
      gl.uniform1f(uniforms.rest, rest);
    },
    draw(first, count, view, look) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(uniforms.centre, view.x, view.y);
      gl.uniform2f(
        uniforms.scale,
        (2 * view.zoom * look.density) / canvas.width,
        (2 * view.zoom * look.density) / canvas.height,
      );
      gl.uniform1f(uniforms.size, look.size * look.density);
      gl.uniform1f(uniforms.only, look.only);
      gl.uniform1f(uniforms.dimmed, look.dimmed);
      gl.uniform3fv(uniforms.ink, rgb(look.ink).map((part) => part / 255));
      gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 4 * first);
    },
  };
}
