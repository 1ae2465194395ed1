// Work that is given up after a time: what it holds is destroyed, and whoever waits is told.

/** `giveUp` ends what still runs; what comes of it afterwards is nobody's. */
export async function within<T>(milliseconds: number, work: Promise<T>, giveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      giveUp();
      reject(new Error(`no answer within ${milliseconds} ms`));
    }, milliseconds);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
