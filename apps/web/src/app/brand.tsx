/** The product's drop and name. */
export function Brand({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="#0c7285" />
      <path d="M16 6c4.6 5.2 7 8.9 7 12a7 7 0 1 1-14 0c0-3.1 2.4-6.8 7-12z" fill="#fff" />
      <path
        d="M12.6 18.2a3.5 3.5 0 0 0 3.6 3.6"
        fill="none"
        stroke="#0c7285"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
    </svg>
  );
}
