// rail.tsx -- the ways to the pages, at the left or, where it is narrow, on top.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { count, total } from '../lib/format';
import { useQuery } from '../lib/live';
import { besides, route, shownJob } from '../lib/route';
import { session } from '../lib/session';
import { visible } from '../lib/text';
import { Icon, Logo, type IconName } from '../parts/icon';
import { PLACES } from './places';

function here(): string {
  const { page, id } = route.value;
  const below = besides.value.over;
  if (shownJob(route.value) !== null && below !== undefined) return below.replace(/[?/].*/, '');
  if (page === 'panels') return `panels/${id === null ? '' : encodeURIComponent(id)}`;
  return page === 'overview' ? '' : page;
}

function Item({
  href,
  icon,
  word,
  badge,
}: {
  href: string;
  icon: IconName;
  word: string;
  badge?: string | undefined;
}): JSX.Element {
  return (
    <li>
      <a class="rail-item" href={href} aria-current={here() === href ? 'page' : undefined}>
        <Icon name={icon} />
        <span>{word}</span>
        {badge !== undefined && (
          <span class="badge">
            <span class="sr">: </span>
            {badge}
          </span>
        )}
      </a>
    </li>
  );
}

/** Where the rail lies down, the page that is shown may be beyond its end. */
function useInView(place: string, isCounted: boolean): { current: HTMLUListElement | null } {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const rail = list.current?.closest('nav');
    const item = rail?.querySelector<HTMLElement>('[aria-current]');
    if (!rail || !item) return;
    rail.scrollLeft = item.offsetLeft + item.offsetWidth / 2 - rail.clientWidth / 2;
  }, [place, isCounted]);
  return list;
}

function Places(): JSX.Element {
  const stats = useQuery('/api/stats').answer;
  const found = useQuery('/api/overview').answer?.data.verdicts;
  const bad = found?.filter(({ level }) => level === 'bad').length ?? 0;
  const dead = stats?.data.dead_letter ?? 0;
  const badges: Readonly<Record<string, string | undefined>> = {
    '': bad > 0 ? count(bad) : undefined,
    'dead-letter': dead > 0 ? total(dead, stats?.kind) : undefined,
  };
  const panels = useQuery('/api/panels').answer?.data ?? [];
  const list = useInView(here(), stats !== null && found !== undefined);
  return (
    <>
      <ul ref={list}>
        {PLACES.map(({ href, icon, word }) => (
          <Item key={href} href={href} icon={icon} word={word} badge={badges[href]} />
        ))}
      </ul>
      {panels.length > 0 && (
        <>
          <h2 class="rail-title" id="rail-panels">
            Panels
          </h2>
          <ul aria-labelledby="rail-panels">
            {panels.length > 1 && <Item href="panels" icon="panels" word="All panels" />}
            {panels.map(({ id, title }) => (
              <Item
                key={id}
                href={`panels/${encodeURIComponent(id)}`}
                icon="panels"
                word={visible(title)}
              />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

export function Rail(): JSX.Element {
  const known = session.value;
  return (
    <nav class="rail" aria-label="Pages">
      <a class="brand" href="">
        <Logo />
        <span>Soniq</span>
      </a>
      {known !== null && <Places />}
      {known?.version && <p class="rail-foot">Soniq {visible(known.version)}</p>}
    </nav>
  );
}
