import type { ReactNode } from 'react';

interface StateMessageProps {
  icon?: ReactNode;
  title: string;
  /** One sentence saying what to do next. */
  text?: ReactNode;
  /** Buttons. */
  children?: ReactNode;
  /** `alert` announces itself to screen readers. */
  role?: 'status' | 'alert';
  /** It stands for a whole page: its title is the page's heading. */
  isPage?: boolean;
}

/** What a page shows in place of content: nothing yet, nothing found, or something failed. */
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
