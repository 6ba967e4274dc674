// What is said when a model came into production. Pure.

/** What came into production, and how it stands beside the one before, where there was one. @param {any} answer */
export function promotedWords({ version, sentence }) {
  return `Model ${version} is in production. ${sentence ? `${sentence} ` : ""}`;
}
