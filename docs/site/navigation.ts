import type { DefaultTheme } from 'vitepress';
import { SOURCES, sitePathOf, titleOf } from './pages.ts';

interface Group {
  readonly text: string;
  /** Files of the project in the order of reading. Those that are not there are left out. */
  readonly files: readonly string[];
  readonly isCollapsed?: boolean;
}

const DECISIONS = SOURCES.filter((file) => /^docs\/decisions\/\d/.test(file));

/** For three readers: who runs the operator, who exposes APIs with it, and who changes it. */
const GROUPS: readonly Group[] = [
  {
    text: 'Start',
    files: [
      'docs/index.md',
      'docs/quick-start.md',
      'docs/behaviour.md',
      'docs/architecture.md',
      'docs/faq.md',
      'docs/glossary.md',
    ],
  },
  {
    text: 'Canvas operator',
    files: [
      'docs/install.md',
      'docs/settings.md',
      'docs/values.md',
      'docs/gitops.md',
      'docs/security.md',
      'docs/sizing.md',
      'docs/metrics.md',
      'docs/traces.md',
      'docs/alerts.md',
      'docs/troubleshooting.md',
      'docs/upgrade.md',
      'docs/uninstall.md',
      'docs/moving-over.md',
    ],
  },
  {
    text: 'Component developer',
    files: ['docs/expose-an-api.md', 'docs/reasons.md', 'docs/limits.md', 'docs/situations.md'],
  },
  {
    text: 'Contributor',
    files: [
      'CONTRIBUTING.md',
      'docs/contributing/debug-one-api.md',
      'docs/contributing/add-a-gateway-driver.md',
      'docs/contributing/add-a-status-field.md',
      'deploy/dev/simulator/README.md',
      'docs/performance.md',
      'CHANGELOG.md',
      'SECURITY.md',
    ],
  },
  { text: 'Decisions', files: ['docs/decisions/README.md', ...DECISIONS], isCollapsed: true },
];

/** Names in the sidebar, where they are not the first heading of the page. */
const NAMES: Readonly<Record<string, string>> = {
  'docs/index.md': 'What it is',
  'docs/architecture.md': 'How it works',
  'docs/decisions/README.md': 'All decisions',
};

export const SIDEBAR: DefaultTheme.SidebarItem[] = GROUPS.map(({ text, files, isCollapsed }) => ({
  text,
  ...(isCollapsed === undefined ? {} : { collapsed: isCollapsed }),
  items: files.flatMap((file) => {
    const place = sitePathOf(file);
    return place === undefined ? [] : [{ text: NAMES[file] ?? titleOf(file), link: `/${place}` }];
  }),
}));

/** One door for each group of pages: the page that it begins with. */
export const NAVIGATION: DefaultTheme.NavItem[] = [
  { text: 'Quick start', link: '/quick-start.md' },
  door('Canvas operator', 'docs/install.md'),
  door('Component developer', 'docs/expose-an-api.md'),
  door('Contributor', 'CONTRIBUTING.md'),
];

/** Marked while any page of its group is open. */
function door(text: string, first: string): DefaultTheme.NavItem {
  const files = GROUPS.find((group) => group.text === text)?.files ?? [];
  const places = files.flatMap((file) => sitePathOf(file)?.replace(/(index)?\.md$/, '') ?? []);
  return { text, link: `/${sitePathOf(first)}`, activeMatch: `^/(?:${places.join('|')})(?:\\.html)?$` };
}
