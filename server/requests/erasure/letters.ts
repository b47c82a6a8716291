/** Pages that letters point to. None of them holds a secret: the person signs in, or types the code. */
export function requestLink(publicUrl: string, reference: string): string {
  return `${publicUrl}/requests/${encodeURIComponent(reference)}`;
}

export function receiptLink(publicUrl: string): string {
  return `${publicUrl}/receipt`;
}
