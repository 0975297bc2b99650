/**
 * The few things every page does with its elements.
 */

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function all(root, selector) {
  return Array.from(root.querySelectorAll(selector));
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function one(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`page: "${selector}" not found`);
  return /** @type {HTMLElement} */ (found);
}

/**
 * @param {string} tag
 * @param {string} name its class
 * @param {...(string | Node)} content
 * @returns {HTMLElement}
 */
export function made(tag, name, ...content) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...content);
  return element;
}
