// The drawings of the interactive figures: SVG with axes, and with handles to take hold of.
"use strict";

/** A drawing at the top of a figure; what is put into the <g> that it returns is not read out, as the tables say it. */
missingSum.drawing = (figure, width, height) => {
  figure.controls.insertAdjacentHTML("afterend", `<svg viewBox="0 0 ${width} ${height}" style="--width: ${width}"
    aria-hidden="true"><g aria-hidden="true"></g></svg>`);
  return figure.querySelector("svg").firstChild;
};

missingSum.path = (points, kind) => `<path class="${kind}" d="M${points.map(([x, y]) =>
  `${x.toFixed(1)} ${y.toFixed(1)}`).join(" L")}"/>`;

/** A box with named axes. Each axis has a name, a range, ticks {place: text}, and may be logarithmic. The functions x
 *  and y give the place of a value, value(x) turns x round; line(f, kind) draws [value, f(value)] over 120 values. */
missingSum.axes = (left, top, width, height, across, up) => {
  const rising = ({log}) => log ? Math.log10 : value => value;
  const placed = (axis, start, length) => {
    const [scale, [low, high]] = [rising(axis), axis.range.map(rising(axis))];
    return value => start + Math.min(Math.max((scale(value) - low) / (high - low), 0), 1) * length;
  };
  const [x, y] = [placed(across, left, width), placed(up, top + height, -height)];
  const [low, high] = across.range.map(rising(across));
  const value = place => {
    const reached = low + (place - left) / width * (high - low);
    return across.log ? 10 ** reached : reached;
  };
  const samples = Array.from({length: 121}, (_, k) => value(left + width * k / 120));
  const ticks = ({ticks}) => Object.entries(ticks).map(([place, text]) => [Number(place), text]);
  const frame = `<rect x="${left}" y="${top}" width="${width}" height="${height}"/>`
    + ticks(across).map(([place, text]) =>
      `<text class="tick" x="${x(place)}" y="${top + height + 15}">${text}</text>`).join("")
    + ticks(up).map(([place, text]) => `<path class="grid" d="M${left} ${y(place)} h${width}"/>
      <text class="tick end" x="${left - 5}" y="${y(place) + 4}">${text}</text>`).join("")
    + `<text x="${left + width / 2}" y="${top + height + 32}">${across.name}</text>`
    + `<text class="start" x="${left}" y="${top - 8}">${up.name}</text>`;
  return {
    x, y, value, frame,
    line: (f, kind) => missingSum.path(samples.map(each => [x(each), y(f(each))]), kind),
    marker: place => `<path class="marker" d="M${x(place)} ${top} v${height}"/>`,
    dot: (place, value, kind) => `<circle class="${kind}" cx="${x(place)}" cy="${y(value)}" r="5"/>`,
  };
};

/** Where a pointer is, in the units of the drawing. */
missingSum.pointed = (svg, {clientX, clientY}) => {
  const {x, y} = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [x, y];
};

/** Drag sideways over the drawing to move a slider; ``value`` turns a place into the slider's value. */
missingSum.follow = (figure, picture, slider, value) => {
  const svg = picture.ownerSVGElement;
  let before;
  const put = next => {
    slider.value = next;
    figure.changed();
  };
  const move = event => put(value(missingSum.pointed(svg, event)[0]));
  svg.classList.add("followed");
  svg.addEventListener("pointerdown", ({pointerId}) => {
    svg.setPointerCapture(pointerId);
    before = slider.value;
  });
  svg.addEventListener("pointermove", event => svg.hasPointerCapture(event.pointerId) && move(event));
  svg.addEventListener("pointercancel", () => put(before));  // it was a swipe, and the page has moved
  svg.addEventListener("click", move);
};

/** A dot in the drawing that a pointer drags, drag(x, y), and that arrow keys move, step(right, up).
 *  put(x, y, now, text) says where it is. */
missingSum.handle = (figure, picture, {name, label, kind = "", range: [least, most] = [0, 1], drag, step}) => {
  const STEPS = {
    ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, 10], PageDown: [0, -10],
  };
  const svg = picture.ownerSVGElement;
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", name);
  svg.insertAdjacentHTML("beforeend", `<g class="handle ${kind}" role="slider" tabindex="0" aria-label="${label}"
    aria-valuemin="${least}" aria-valuemax="${most}">
    <circle class="reach" r="20"/>${kind === "square" ? '<rect x="-9" y="-9" width="18" height="18"/>'
      : '<circle r="8"/>'}</g>`);
  const grip = svg.lastElementChild;
  grip.addEventListener("touchstart", event => event.preventDefault(), {passive: false});  // the page stays
  grip.addEventListener("pointerdown", event => {
    event.preventDefault();
    grip.focus({preventScroll: true});
    grip.setPointerCapture(event.pointerId);
  });
  grip.addEventListener("pointermove", event => {
    if (!grip.hasPointerCapture(event.pointerId)) return;
    drag(...missingSum.pointed(svg, event));
    figure.changed();
  });
  grip.addEventListener("keydown", event => {
    if (!STEPS[event.key]) return;
    event.preventDefault();
    step(...STEPS[event.key]);
    figure.changed();
  });
  return (x, y, now, text) => {
    grip.setAttribute("transform", `translate(${x} ${y})`);
    grip.setAttribute("aria-valuenow", now);
    grip.setAttribute("aria-valuetext", text);
  };
};
