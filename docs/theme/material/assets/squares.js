// A project's squares are one stop of the Tab key; arrow keys move inside.
(() => {
  for (const field of document.querySelectorAll(".squares p")) {
    const squares = [...field.querySelectorAll("a")];
    const only = (chosen) => {
      for (const square of squares) square.tabIndex = square === chosen ? 0 : -1;
    };
    only(squares[0]);
    // Instant navigation would leave the row unmarked, and Back on its page.
    for (const square of squares) square.target = "_self";
    field.addEventListener("keydown", (event) => {
      const at = squares.indexOf(document.activeElement);
      // Up and down by position: how many fit in a row depends on the screen.
      const beside = squares[at];
      const below = (step) => {
        for (let i = at + step; squares[i]; i += step) {
          if (
            squares[i].offsetTop !== beside.offsetTop &&
            Math.abs(squares[i].offsetLeft - beside.offsetLeft) < beside.offsetWidth
          ) {
            return i;
          }
        }
        return at;
      };
      const to = {
        ArrowRight: () => at + 1,
        ArrowLeft: () => at - 1,
        ArrowDown: () => below(1),
        ArrowUp: () => below(-1),
        Home: () => 0,
        End: () => squares.length - 1,
      }[event.key]?.();
      if (!squares[to]) return;
      event.preventDefault();
      only(squares[to]);
      squares[to].focus();
    });
  }
})();
