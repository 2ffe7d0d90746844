/** What can be done with what the page shows, for the command palette. */
import { type ReactNode, useLayoutEffect, useRef } from 'react';

export interface PageCommand {
  /** Unique among the commands of the page. */
  key: string;
  label: string;
  icon: ReactNode;
  /** The key that does the same, as {@link import('./keyboard/use-shortcuts').Shortcuts} names it. */
  keys?: string;
  /** Comes after all others, because it takes something away. */
  isLast?: boolean;
  run: () => void;
}

/** Commands of a part of the page. */
export interface PageCommands {
  /** What they are about: the name of a record, or of a list. */
  title: string;
  commands: PageCommand[];
}

const offered = new Set<{ current: PageCommands }>();

/** Offers commands while the component is on the page. */
export function usePageCommands(title: string, commands: PageCommand[]): void {
  const own = useRef<PageCommands>({ title, commands });
  own.current = { title, commands };
  useLayoutEffect(() => {
    offered.add(own);
    return () => void offered.delete(own);
  }, []);
}

/** Returns the commands of the page as it is now, by title. */
export function pageCommands(): PageCommands[] {
  const byTitle = Map.groupBy([...offered], ({ current }) => current.title);
  return [...byTitle].map(([title, parts]) => ({
    title,
    commands: parts
      .flatMap(({ current }) => current.commands)
      .sort((a, b) => Number(a.isLast ?? false) - Number(b.isLast ?? false)),
  }));
}
