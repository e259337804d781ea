/* The answer form asks only for what the chosen outcome needs. Without this script all is there. */
"use strict";

for (const form of document.querySelectorAll("form.promote-answer-form")) {
  const outcome = form.querySelector("select[name=outcome]");
  const fields = [...form.querySelectorAll("[data-outcomes]")];
  const around = form.querySelector(".promote-asked-for");
  const choose = () => {
    for (const field of fields) {
      const isAsked = field.dataset.outcomes.split(" ").includes(outcome.value);
      const control = field.querySelector("input, select, textarea");
      field.hidden = !isAsked;
      // What is not asked for is not sent: the answer would be refused for it.
      control.disabled = !isAsked;
    }
    around.hidden = fields.every((field) => field.hidden);
  };
  if (outcome) {
    outcome.addEventListener("change", choose);
    choose();
  }
}
