import { useRouter } from '@tanstack/react-router';
import type { ComponentProps, MouseEvent } from 'react';

interface RecordLinkProps
  extends Omit<ComponentProps<'a'>, 'href' | 'onClick' | 'onPointerEnter' | 'onFocus'> {
  /** Address of a record: its object's path and its ID. */
  to: string;
}

/**
 * A link to a record, for lists and boards. Each of the router's own links follows every change of the address, and hundreds of
 * them in a table would slow down scrolling.
 */
export function RecordLink({ to, ...props }: RecordLinkProps) {
  const router = useRouter();
  const preload = () => void router.preloadRoute({ to } as never);
  return (
    <a
      {...props}
      href={to}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={(event: MouseEvent) => {
        event.stopPropagation();
        // The browser opens tabs and windows itself.
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
        event.preventDefault();
        void router.navigate({ to } as never);
      }}
    />
  );
}
