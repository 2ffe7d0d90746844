import type { ReactNode } from 'react';

interface StateMessageProps {
  icon?: ReactNode;
  title: string;
  /** One sentence that says what to do next. */
  text?: ReactNode;
  /** Buttons. */
  children?: ReactNode;
  /** `alert` is announced by screen readers. */
  role?: 'status' | 'alert';
  /** Whether it replaces a whole page: its title is then the page's heading. */
  isPage?: boolean;
}

/** What a page shows instead of content: nothing yet, nothing found, or an error. */
export function StateMessage({ icon, title, text, children, role = 'status', isPage }: StateMessageProps) {
  return (
    <div className="pl-empty" role={role}>
      {icon ? (
        <div className="pl-empty-mark" aria-hidden>
          {icon}
        </div>
      ) : null}
      {isPage ? <h1 className="pl-empty-title">{title}</h1> : <p className="pl-empty-title">{title}</p>}
      {text ? <p className="pl-empty-text">{text}</p> : null}
      {children}
    </div>
  );
}
