
(function () {
  "use strict";
  var said = document.getElementById("said");
  document.querySelectorAll(".cmd").forEach(function (box) {
    var code = box.querySelector("code");
    var button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy the commands");
    function tell(text) {
      button.textContent = text;
      said.textContent = text;
      setTimeout(function () { button.textContent = "Copy"; said.textContent = ""; }, 2000);
    }
    function select() {
      getSelection().selectAllChildren(code);
      tell("Selected");
    }
    button.addEventListener("click", function () {
      if (!navigator.clipboard) { select(); return; }
      navigator.clipboard.writeText(code.textContent).then(function () { tell("Copied"); }, select);
    });
    box.appendChild(button);
  });
  document.querySelectorAll(".matrix").forEach(function (table) {
    var heads = table.tHead.rows[0].cells;
    var hot = null;
    function light(event) {
      var cell = event.target.closest("td");
      var head = cell && heads[cell.cellIndex];
      if (hot && hot !== head) { hot.classList.remove("hot"); }
      hot = head || null;
      if (hot && cell.cellIndex) { hot.classList.add("hot"); }
    }
    table.addEventListener("mouseover", light);
    table.addEventListener("focusin", light);
    table.addEventListener("mouseleave", light);
    table.addEventListener("keydown", function (event) {
      var step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      var cell = event.target.closest("td");
      if (!step || !cell) { return; }
      var row = cell.parentNode.rowIndex + step[1];
      var column = cell.cellIndex + step[0];
      while (table.rows[row] && table.rows[row].cells[column]) {
        var button = row && table.rows[row].cells[column].querySelector("button");
        if (button) { button.focus(); event.preventDefault(); return; }
        row += step[1];
        column += step[0];
      }
    });
  });
})();
