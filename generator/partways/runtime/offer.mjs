/**
 * Hands the reader a file that was made on the page.
 */

/**
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
export function offerFile(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The browser has its own hold on the file by the next task.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
