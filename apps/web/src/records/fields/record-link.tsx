import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

interface RecordLinkProps {
  /** Address of a record: its object's path and its ID. */
  to: string;
  className: string | undefined;
  children: ReactNode;
}

/**
 * A link to a record, for lists. Each of the router's own links follows every change of the address, and hundreds of
 * them in a table would slow down scrolling.
 */
export function RecordLink({ to, className, children }: RecordLinkProps) {
  const router = useRouter();
  const preload = () => void router.preloadRoute({ to } as never);
  return (
    <a
      href={to}
      className={className}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={(event: MouseEvent) => {
        event.stopPropagation();
        // The browser opens tabs and windows itself.
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
        event.preventDefault();
        void router.navigate({ to } as never);
      }}
    >
      {children}
    </a>
  );
}
