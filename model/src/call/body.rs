//! What a session is entered with, what its body does, and what it leaves behind: the arguments of calls about sessions.
//!
//! Each is one representative of what the exact engines tell apart to the last letter; here only counts where it leads.

use std::fmt;

macro_rules! sorts {
    ($(#[$doc:meta])+ $name:ident { $($(#[$each:meta])+ $variant:ident = $text:literal,)* }) => {
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$each])+ $variant,)* }

        impl $name {
            /// Every sort.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// In a few words.
            pub const fn text(self) -> &'static str { match self { $($name::$variant => $text,)* } }

            /// As a byte of the world; zero is left for "none".
            pub(crate) const fn code(self) -> u8 { self as u8 + 1 }

            pub(crate) fn from_code(code: u8) -> Option<$name> {
                $name::ALL.get(usize::from(code).checked_sub(1)?).copied()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.text()) }
        }
    };
}

sorts! {
    /// The values that a session is entered with.
    Updates {
        /// None at all.
        Nothing = "nothing",
        /// They cross and can be bound.
        Fine = "values",
        /// One of them cannot be shared.
        Unshareable = "an unshareable value",
        /// There is no memory for one of them.
        NoMemory = "values, no memory",
        /// One of them cannot be made again, or bound.
        NotApplied = "a value that cannot be bound",
        /// None, and there is no memory for the thread state that an enter elsewhere needs.
        NoThreadState = "no memory for its thread state",
    }
}

sorts! {
    /// How a body fails.
    Raises {
        /// It raises an exception like any other.
        Plain = "ValueError",
        /// It raises MemoryError.
        Memory = "MemoryError",
        /// It raises an exception of which no snapshot can be taken.
        Unprintable = "an error that cannot be printed",
        /// It raises, and says that a value could not be shared.
        NotShareable = "NotShareableError",
        /// What the body was to call cannot be rebuilt there.
        Unpack = "an error in unpacking",
        /// It says that it failed, and raises nothing.
        Bare = "a failure without an exception",
        /// It asked for a `__main__` that is not there.
        NoMain = "no __main__",
    }
}

sorts! {
    /// What a body preserves for its caller.
    Keeps {
        /// A value that crosses.
        Fine = "a value",
        /// One that cannot be shared.
        Unshareable = "an unshareable value",
        /// One whose conversion fails otherwise.
        NotConverted = "a value that cannot be converted",
        /// One that the caller cannot make again, and says that it is not shareable.
        Unreadable = "a value that cannot be read",
        /// One whose making in the caller fails otherwise.
        NotRestored = "a value that cannot be restored",
    }
}
