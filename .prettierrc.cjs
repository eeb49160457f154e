/** XML and JavaScript as Odoo writes them: four spaces, attributes as wide as code. */
module.exports = {
    printWidth: 88,
    tabWidth: 4,
    trailingComma: "es5",
    xmlWhitespaceSensitivity: "preserve",
    xmlSelfClosingSpace: true,
    plugins: [require.resolve("@prettier/plugin-xml")],
};
