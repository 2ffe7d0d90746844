/** Hues that keep a contrast of 4.5:1 between text and background in both colour schemes. */
const HUES = [192, 258, 340, 24, 152, 218, 290, 46];

/** Returns a stable number for a text, so that a name has the same colour everywhere. */
function hashOf(text: string): number {
  let hash = 0;
  for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return hash;
}

/** Returns the initials of a name: "Acme Corp" → "AC", "Rita" → "R". */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s\-_/]+/)
    .filter(Boolean);
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words[words.length - 1]?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}

interface InitialsProps {
  name: string;
  /** Size in pixels. */
  size?: number;
  isRound?: boolean;
}

/** A small coloured tile with a name's initials. It is decorative, because the name is shown next to it. */
export function Initials({ name, size = 20, isRound = false }: InitialsProps) {
  const hue = HUES[hashOf(name) % HUES.length] ?? 192;
  return (
    <span
      aria-hidden
      className="pl-initials"
      data-initials={initialsOf(name)}
      style={{
        width: size,
        height: size,
        fontSize: Math.max(9, Math.round(size * 0.42)),
        borderRadius: isRound ? '50%' : Math.round(size * 0.28),
        background: `light-dark(hsl(${hue} 55% 90%), hsl(${hue} 35% 22%))`,
        color: `light-dark(hsl(${hue} 65% 25%), hsl(${hue} 60% 80%))`,
      }}
    />
  );
}
