import { useEffect } from 'react';

/** Sets the title of the browser tab: "Acme · Accounts · Pellucid". */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Pellucid`;
  }, [title]);
}
