//! What the machine is like, and where its processor time goes.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::clock::instant;

/// How often a block is written and synced.
const SYNCS: usize = 200;
/// Below this a sync cannot have reached a disk.
const NO_DISK: Duration = Duration::from_micros(5);

/// What a reader needs to judge the figures.
pub(crate) struct Facts {
    cores: usize,
    kernel: String,
    file_system: String,
    /// Median of writing and syncing 4 KiB.
    sync: Duration,
}

impl Facts {
    /// Asks the system, and measures in `folder`.
    pub(crate) fn gather(folder: &Path) -> Result<Self> {
        let text = |path: &str| fs::read_to_string(path).map(|text| text.trim().to_owned());
        Ok(Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: text("/proc/sys/kernel/osrelease").unwrap_or_else(|_| std::env::consts::OS.to_owned()),
            file_system: file_system(folder).unwrap_or_else(|| "unknown".to_owned()),
            sync: sync_time(folder)?,
        })
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cores, kernel, file_system, sync } = self;
        write!(
            formatter,
            "machine: {cores} cores shared by server and load, kernel {kernel}, {file_system}, 4 KiB write and fsync {sync:.0?}"
        )?;
        if *sync < NO_DISK || file_system == "tmpfs" {
            write!(formatter, "\nwarning: the folder is in memory; give --folder one on a disk")?;
        }
        Ok(())
    }
}

/// The median time of writing 4 KiB and syncing them, each time at the end of the file, as a log does.
fn sync_time(folder: &Path) -> Result<Duration> {
    let path = folder.join("sync");
    let mut file = fs::File::create(&path)?;
    let block = [0x5A; 4096];
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let start = instant();
        file.write_all(&block)?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    fs::remove_file(path)?;
    times.sort_unstable();
    Ok(times[SYNCS / 2])
}

/// The type of the file system that holds `folder`: that of the longest mount point above it.
fn file_system(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let of_line = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let (point, kind) = (words.next()?.to_owned(), words.next()?.to_owned());
        folder.starts_with(&point).then_some((point.len(), kind))
    };
    mounts.lines().filter_map(of_line).max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

/// The processor time of this process's threads that are not called `name`; `None` where the system does not tell.
pub(crate) fn time_beside(name: &str) -> Option<Duration> {
    let mut total = 0;
    for task in fs::read_dir("/proc/self/task").ok()? {
        let task = task.ok()?.path();
        // A thread may end while we look.
        let Ok(called) = fs::read_to_string(task.join("comm")) else { continue };
        if called.trim() != name {
            let Ok(times) = fs::read_to_string(task.join("schedstat")) else { continue };
            total += times.split(' ').next()?.parse::<u64>().ok()?;
        }
    }
    Some(Duration::from_nanos(total))
}

/// The process's resident memory in bytes; `None` where the system does not tell.
pub(crate) fn resident() -> Option<u64> {
    resident_of(&fs::read_to_string("/proc/self/status").ok()?)
}

/// Of the line `VmRSS:     1234 kB`.
fn resident_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// Processor time used so far, in the system's ticks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticks {
    /// By every program.
    pub(crate) all: u64,
    /// By this process.
    pub(crate) own: u64,
}

impl Ticks {
    /// As of now; `None` where the system does not tell.
    pub(crate) fn now() -> Option<Self> {
        let whole = fs::read_to_string("/proc/stat").ok()?;
        let own = fs::read_to_string("/proc/self/stat").ok()?;
        Some(Self { all: busy(&whole)?, own: used(&own)? })
    }
}

/// Of the line `cpu  user nice system idle iowait irq softirq …`: all but the idle ones.
fn busy(stat: &str) -> Option<u64> {
    let words: Vec<u64> = stat.lines().next()?.split_whitespace().skip(1).map_while(|word| word.parse().ok()).collect();
    let [user, nice, system, _, _, irq, softirq, ..] = words[..] else { return None };
    Some(user + nice + system + irq + softirq)
}

/// `utime` and `stime`, the 12th and 13th word behind the name in parentheses, which may hold spaces.
fn used(stat: &str) -> Option<u64> {
    let mut words = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some(words.next()?.parse::<u64>().ok()? + words.next()?.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_read_from_the_systems_lines() {
        assert_eq!(busy("cpu  10 1 5 900 70 2 3 0 0 0\ncpu0 1 1 1 1 1 1 1\n"), Some(21));
        assert_eq!(busy("cpu  10 1\n"), None);
        assert_eq!(used("7 (load (x) y) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20"), Some(300));
        assert_eq!(used("7 (x) S 1"), None);
        assert_eq!(resident_of("Name:\tx\nVmRSS:\t    2048 kB\nRssAnon:\t 1 kB\n"), Some(2 << 20));
    }
}
