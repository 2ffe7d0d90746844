import classes from './field-value.module.css';

interface ExternalLinkProps {
  /** If left out, the text is no link. */
  href: string | undefined;
  text: string;
  isPlain: boolean | undefined;
}

/** A link out of the app: to a page, a mailbox or a phone. */
export function ExternalLink({ href, text, isPlain }: ExternalLinkProps) {
  if (isPlain || !href) return <span className="pl-truncate">{text}</span>;
  const isWeb = href.startsWith('http');
  return (
    <a
      href={href}
      className={`pl-truncate ${classes['external']}`}
      {...(isWeb && { target: '_blank', rel: 'noreferrer noopener' })}
      onClick={(event) => event.stopPropagation()}
    >
      {text}
    </a>
  );
}
