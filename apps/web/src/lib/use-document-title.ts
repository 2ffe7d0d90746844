import { useEffect } from 'react';

/** Names the browser tab: "Acme · Accounts · Pellucid". */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Pellucid`;
  }, [title]);
}
