// An element with its properties and its children, for the scripts of the questions.
"use strict";

const made = (tag, attributes, ...children) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
};
