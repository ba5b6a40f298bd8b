/** In the place of `rehype-raw`: HTML in Markdown is text, and there is no parser that could make it more. */
export default function noRawHtml(): void {}
