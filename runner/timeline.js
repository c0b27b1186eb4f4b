// The events of a run's exceptions: a lane and a colour for each exception, a
// column for each event.
import { button, chip, colour, title } from "./parts.js";
import { element } from "./words.js";

export function timeline(events, exceptions, words, choose) {
  const made = element("div", "step-timeline");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", words.events);
  if (!events.length) {
    made.append(element("p", "step-no-events", words.no_events));
    return { element: made, show() {} };
  }
  const grid = element("div", "step-lanes");
  grid.style.setProperty("--columns", events.length);
  const lanes = [...new Set(events.map(({ exception }) => exception))];
  for (const [row, number] of lanes.entries()) {
    const who = element("div", "step-who");
    who.append(chip(number, exceptions, false), ` ${exceptions[number].type}`);
    who.title = title(exceptions[number]);
    who.style.gridRow = row + 1;
    const own = events.flatMap(({ exception }, at) => (exception === number ? [at] : []));
    const line = element("div", `step-way ${colour(number)}`);
    line.style.gridRow = row + 1;
    line.style.gridColumn = `${own[0] + 2} / ${own.at(-1) + 3}`;
    line.style.setProperty("--span", own.at(-1) - own[0] + 1);
    grid.append(who, line);
  }
  const marks = events.map(({ exception, mark }, at) => {
    const one = button("", () => choose(at), `step-event ${colour(exception)}`);
    const number = element("span", "step-spoken", `#${exception + 1} `);
    one.append(number, element("span", "", mark));
    one.style.gridRow = lanes.indexOf(exception) + 1;
    one.style.gridColumn = at + 2;
    return one;
  });
  grid.append(...marks);
  made.append(grid);

  return {
    element: made,
    // Marks an event as the current one; those after it are yet to come.
    show(current) {
      for (const [at, mark] of marks.entries()) {
        mark.classList.toggle("step-later", at > current);
        if (at === current) mark.setAttribute("aria-current", "step");
        else mark.removeAttribute("aria-current");
      }
      const mark = marks[Math.max(current, 0)];
      const who = grid.firstChild.offsetWidth;
      const left = mark.offsetLeft - who - 8;
      const right = mark.offsetLeft + mark.offsetWidth + 8 - made.clientWidth;
      if (made.scrollLeft > left) made.scrollLeft = left - made.clientWidth / 4;
      else if (made.scrollLeft < right) made.scrollLeft = right + made.clientWidth / 4;
      const top = mark.offsetTop;
      if (made.scrollTop > top || made.scrollTop + made.clientHeight < top + mark.offsetHeight) {
        made.scrollTop = top;
      }
    },
  };
}
