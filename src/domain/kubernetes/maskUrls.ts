const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>`]+/gi;
const USER = /^([^/]*:\/\/)[^/?#]*@/;
const QUERY_OR_FRAGMENT = /([?#]).*$/s;

/**
 * Takes from every URL in a text what may be a secret: user information, query and fragment. A link to a specification may be signed,
 * and whoever has the link may read what it leads to. What is left says where it leads.
 */
export function maskUrls(text: string): string {
  return text.includes('://') ? text.replaceAll(URL_IN_TEXT, maskUrl) : text;
}

function maskUrl(url: string): string {
  return url.replace(USER, '$1…@').replace(QUERY_OR_FRAGMENT, '$1…');
}
