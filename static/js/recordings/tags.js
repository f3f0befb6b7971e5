// Tags are suggested while one types them, each after the comma behind the former.

const input = document.querySelector("input[list=known-tags]");
const list = document.getElementById("known-tags");

if (input && list) {
  const names = [...list.options].map((option) => option.value);
  input.addEventListener("input", () => {
    const before = input.value.match(/^.*[,，、;；]\s*/s)?.[0] ?? "";
    const taken = new Set(before.split(/[,，、;；]/).map((name) => name.trim()));
    const left = names.filter((name) => !taken.has(name));
    list.replaceChildren(...left.map((name) => new Option("", before + name)));
  });
}
