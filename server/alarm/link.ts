/**
 * The page where somebody says that something was not them. Stands in letters about security: nothing in the
 * link acts, and the page asks for the sign-in and a second factor.
 */
export function notMeLink(publicUrl: string): string {
  return `${publicUrl}/security/not-me`;
}
