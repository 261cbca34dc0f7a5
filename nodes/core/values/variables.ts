/**
 * The name in `${NAME}` or `$(NAME)`, when that is the whole text: Node-RED puts the environment variable in its place,
 * or leaves the text as it is when there is none of that name.
 */
export function variableName(text: string): string | undefined {
  const match = /^\$(?:\{(\S+)\}|\((\S+)\))$/.exec(text.trim());
  return match?.[1] ?? match?.[2];
}
