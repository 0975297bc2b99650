/**
 * The few things every page does with its elements.
 */

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export const all = (root, selector) => Array.from(root.querySelectorAll(selector));

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function one(root, selector) {
  /** @type {HTMLElement | null} */
  const element = root.querySelector(selector);
  if (!element) throw new Error(`page: "${selector}" not found`);
  return element;
}

/**
 * @param {string} tag
 * @param {string} style its class
 * @param {...(string | Node)} content
 * @returns {HTMLElement}
 */
export function made(tag, style, ...content) {
  const element = document.createElement(tag);
  element.className = style;
  element.append(...content);
  return element;
}
