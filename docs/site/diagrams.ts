import { renderMermaidSVG } from 'beautiful-mermaid';
import type { MarkdownRenderer } from 'vitepress';

const LIGHT = { bg: '#ffffff', fg: '#27272a', accent: '#3451b2' };
const DARK = { bg: '#1b1b1f', fg: '#e4e4e7', accent: '#a8b1ff' };

/** Draws mermaid blocks while the site is built, once for each colour scheme: readers load pictures, and no program. */
export function diagrams(md: MarkdownRenderer): void {
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (...block) => {
    const [tokens, index] = block;
    const { info = '', content = '' } = tokens[index] ?? {};
    if (info.trim() !== 'mermaid') return fence?.(...block) ?? '';
    const description = /^\s*accDescr: (.+)$/m.exec(content)?.[1] ?? 'Diagram';
    const graph = content.replaceAll(/^\s*acc(?:Title|Descr): .+\n/gm, '');
    const picture = (scheme: 'light' | 'dark', colours: typeof LIGHT): string => {
      const data = Buffer.from(drawn(graph, colours)).toString('base64');
      const alt = md.utils.escapeHtml(description);
      return `<img class="diagram ${scheme}-only" alt="${alt}" src="data:image/svg+xml;base64,${data}">`;
    };
    return `${picture('light', LIGHT)}${picture('dark', DARK)}\n`;
  };
}

/** As SVG. A picture within a page may load nothing, so the font is one that is there. */
export function drawn(graph: string, colours: typeof LIGHT): string {
  return renderMermaidSVG(graph, { ...colours, nodeSpacing: 16, layerSpacing: 30 })
    .replaceAll(/@import url\([^)]*\);/g, '')
    .replaceAll("'Inter', system-ui", "'Inter', Helvetica, Arial");
}
